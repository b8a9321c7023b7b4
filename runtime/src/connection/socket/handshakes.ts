import type { Socket } from "zeromq";
import { toError } from "../../base/errors.js";
import { log } from "../../base/log.js";
import { Guard } from "../security/guard.js";
import type { Security } from "../security/options.js";
import { explainRefusal, type Refusal, refusalOfKey } from "../security/refusal.js";
import { type RefusalCount, RefusalCounts } from "../security/refusal-counts.js";
import type { Endpoint } from "./endpoint.js";
import { warnOfExposure } from "./exposure.js";
import type { StatusEvent } from "./monitor/monitor.js";
import { noteRelease, open } from "./open.js";

type Refused = Extract<StatusEvent, { type: "refused" }>;

/** The waits before a new attempt at a server that has refused this end; doubled each time. */
const FIRST_KNOCK_MS = 500;
const LONGEST_KNOCK_MS = 10_000;

/** The wait before a new attempt to bind an address that another socket has taken meanwhile. */
const REBIND_MS = 250;

/** An endpoint of the socket. */
interface Line {
  readonly endpoint: Endpoint;
  /** The endpoint as libzmq resolved it; `undefined` until it is open. */
  resolved: string | undefined;
  /** The server's refusal of this end, until the server accepts it. */
  refusal: Refusal | undefined;
  knocks: number;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Opens a socket's endpoints, and follows their handshakes: explains and counts failed handshakes,
 * tries again at a server that has refused this end, which libzmq never does, and closes the
 * connections of revoked keys.
 */
export class Handshakes {
  readonly #socket: Socket;
  readonly #lines: readonly Line[];
  readonly #guard: Guard | undefined;
  readonly #emit: (event: StatusEvent) => void;
  readonly #counts = new RefusalCounts();
  #closed = false;

  /**
   * @param emit - Tells the socket's listeners of events that libzmq does not report.
   * @throws DividereError when the option does not fit the endpoints, or a key file is invalid.
   */
  constructor(
    socket: Socket,
    endpoints: readonly Endpoint[],
    security: Security | undefined,
    emit: (event: StatusEvent) => void,
  ) {
    this.#socket = socket;
    this.#emit = emit;
    this.#lines = endpoints.map((endpoint) => ({
      endpoint,
      resolved: undefined,
      refusal: undefined,
      knocks: 0,
      timer: undefined,
    }));
    if (security === undefined) return;
    this.#guard = new Guard(security, endpoints, {
      refused: (key, address) => this.#refusedKey(key, address),
      revoked: (keys) => this.#revoked(keys),
    });
  }

  /** Whether every connection of the socket is secured. */
  get secured(): boolean {
    return this.#guard !== undefined;
  }

  /** The peers that were refused, or refused this end. */
  get refusals(): readonly RefusalCount[] {
    return this.#counts.list;
  }

  /**
   * The likely cause when no message arrives, to end a sentence about time; empty if none is known.
   */
  get hint(): string {
    const refused = this.#lines.find((line) => line.refusal !== undefined);
    if (refused?.refusal !== undefined) {
      const where = this.#lines.length === 1 ? "" : `${refused.endpoint.address}: `;
      return `; ${where}${refused.refusal.summary}`;
    }
    const last = this.#counts.list.at(-1);
    if (last === undefined || last.reason === "other" || last.reason === "protocol") return "";
    const count = this.#counts.total;
    return `; ${count === 1 ? "one connection was" : `${count} connections were`} refused, see the log or refusals`;
  }

  /**
   * Binds or connects each endpoint, and returns the endpoints as libzmq resolved them.
   *
   * @throws ConnectionError when an endpoint cannot be opened.
   */
  openAll(): readonly string[] {
    return this.#lines.map((line) => {
      line.resolved = this.#open(line.endpoint);
      warnOfExposure(this.#socket, line.endpoint);
      return line.resolved;
    });
  }

  /** Notes an event from libzmq; returns the event for the listeners, if any. */
  note(event: StatusEvent): StatusEvent | undefined {
    if (event.type === "accepted") this.#guard?.expect();
    if (event.type === "connected") this.#connected(event.endpoint);
    return event.type === "refused" ? this.#refused(event) : event;
  }

  /** Stops following the handshakes. Repeated calls do nothing. */
  close(): void {
    this.#closed = true;
    for (const line of this.#lines) clearTimeout(line.timer);
    this.#guard?.close();
  }

  #open(endpoint: Endpoint): string {
    this.#guard?.prepare(this.#socket, endpoint);
    return open(this.#socket, endpoint);
  }

  #connected(address: string): void {
    const line = this.#lineTo(address);
    if (line === undefined) return;
    if (line.refusal !== undefined) this.#counts.forget((peer) => peer.endpoint === address);
    line.refusal = undefined;
    line.knocks = 0;
  }

  #refused(event: Refused): StatusEvent | undefined {
    const line = this.#lineTo(event.endpoint);
    // The guard has already reported a refused key, and its owner.
    if (line === undefined && this.#guard !== undefined && event.reason === "auth")
      return undefined;
    const refusal = explainRefusal(event as Refused & { reason: "auth" | "protocol" | "other" }, {
      side: line === undefined ? "server" : "client",
      endpoint: event.endpoint,
      publicKey: this.#guard?.publicKey,
      serverKey: line && this.#guard?.serverKey(line.endpoint),
    });
    this.#log(event.endpoint, refusal, line === undefined ? "warn" : "error");
    if (line !== undefined) this.#refusedBy(line, event, refusal);
    return {
      type: "refused",
      endpoint: event.endpoint,
      reason: refusal.reason,
      error: refusal.error,
    };
  }

  #refusedBy(line: Line, event: Refused, refusal: Refusal): void {
    const final = event.reason !== "other";
    // The end of a connection says less than a server's stated reason.
    if (final || line.refusal === undefined || line.refusal.reason === "other") {
      line.refusal = refusal;
    }
    if (final) this.#knockLater(line);
  }

  /**
   * Tries again later: libzmq treats a server's refusal as final, but this end may only be early.
   */
  #knockLater(line: Line): void {
    if (this.#closed) return;
    clearTimeout(line.timer);
    const delayMs = Math.min(FIRST_KNOCK_MS * 2 ** line.knocks, LONGEST_KNOCK_MS);
    line.knocks++;
    line.timer = setTimeout(() => this.#knock(line), delayMs).unref();
  }

  #knock({ endpoint }: Line): void {
    try {
      this.#socket.disconnect(endpoint.address);
    } catch (error) {
      log("connection", "debug", { err: error }, `${endpoint.address} had no connection to end`);
    }
    try {
      this.#open(endpoint);
    } catch (error) {
      log("connection", "error", { err: error }, toError(error).message);
    }
  }

  #refusedKey(publicKey: string, address: string): void {
    const endpoint = this.#boundEndpoints();
    const refusal = refusalOfKey(endpoint, publicKey, address);
    this.#log(endpoint, refusal, "warn", { publicKey, address });
    const { reason, error } = refusal;
    this.#emit({ type: "refused", endpoint, reason, error, publicKey, address });
  }

  /** Closes all connections of the bound endpoints, because libzmq cannot close a single one. */
  #revoked(publicKeys: readonly string[]): void {
    if (this.#closed) return;
    const endpoint = this.#boundEndpoints();
    log(
      "connection",
      "warn",
      { publicKeys },
      `${endpoint}: ${publicKeys.length === 1 ? "a key was" : "keys were"} revoked; every client has to shake hands again`,
    );
    this.#counts.forget(({ publicKey }) => publicKeys.includes(publicKey ?? ""));
    this.#emit({ type: "revoked", endpoint, publicKeys });
    for (const line of this.#lines) {
      if (line.endpoint.mode === "bind" && line.resolved !== undefined)
        this.#cut(line, line.resolved);
    }
  }

  #cut(line: Line, address: string): void {
    try {
      // The same call of libzmq as unbind, which zeromq.js carries out in another thread.
      this.#socket.disconnect(address);
      noteRelease();
    } catch (error) {
      log("connection", "debug", { err: error }, `${address} was not bound`);
    }
    this.#rebind(line, address);
  }

  #rebind(line: Line, address: string): void {
    if (this.#closed) return;
    try {
      this.#open({ ...line.endpoint, address });
    } catch (error) {
      log("connection", "error", { err: error }, `${address} could not be bound again yet`);
      this.#emit({ type: "failed", endpoint: address, error: toError(error) });
      line.timer = setTimeout(() => this.#rebind(line, address), REBIND_MS);
    }
  }

  #log(
    endpoint: string,
    { reason, summary }: Refusal,
    level: "warn" | "error",
    peer: { readonly publicKey?: string; readonly address?: string } = {},
  ): void {
    const { publicKey, address } = peer;
    const first = this.#counts.note({ reason, endpoint, publicKey, address });
    // A port scanner ends a handshake too.
    if (!first || reason === "other") return;
    log("connection", level, { reason, ...peer }, `${endpoint}: ${summary}`);
  }

  /** Returns the endpoint that this end has connected to; `undefined` if this end is the server. */
  #lineTo(address: string): Line | undefined {
    return this.#lines.find(
      ({ endpoint }) => endpoint.mode === "connect" && endpoint.address === address,
    );
  }

  #boundEndpoints(): string {
    return this.#lines
      .filter(({ endpoint }) => endpoint.mode === "bind")
      .map(({ endpoint, resolved }) => resolved ?? endpoint.address)
      .join(", ");
  }
}
