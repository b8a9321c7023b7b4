import type { Socket } from "zeromq";
import { ConnectionError, DividereError, systemCode, toError } from "../../base/errors.js";
import { log, logEnabled } from "../../base/log.js";
import {
  SEND_ATTEMPT_MS,
  SendQueue,
  type WhenFull,
  type WritableSocket,
} from "../queue/send-queue.js";
import { type Endpoint, type Endpoints, parseEndpoints, type UsualMode } from "./endpoint.js";
import { SocketMonitor, type StatusEvent } from "./monitor.js";

/** What every connector can be told. */
export interface ConnectorOptions {
  /**
   * How many messages libzmq holds for a peer that does not read as fast as it is written to. At
   * the mark a publisher or router drops, the others make `send` wait. 1,000 by default; 0 is no
   * mark.
   */
  sendHighWaterMark?: number;
  /**
   * How many messages libzmq holds from a peer until they are received. 1,000 by default; 0 is no
   * mark.
   */
  receiveHighWaterMark?: number;
  /**
   * How many messages may wait before the socket while it has no room, on top of the high-water
   * mark. 1,000 by default.
   */
  sendQueueLimit?: number;
  /**
   * What happens to a message that finds that queue full: `reject` fails its `send` with
   * `QUEUE_FULL`, `drop-newest` and `drop-oldest` count it in `dropped`. `reject`
   * by default.
   */
  whenFull?: WhenFull;
  /**
   * How long messages that were sent may take to leave after `close()`, in milliseconds. 1,000 by
   * default, 0 for a subscriber.
   */
  lingerMs?: number;
  /**
   * The largest message that is accepted, in bytes; a peer that sends a larger one is disconnected.
   * No limit by default.
   */
  maxMessageSize?: number;
  /** The same as {@link Connector.onStatus}, from the first change on. */
  onStatus?: (event: StatusEvent) => void;
}

/** The options of a zeromq.js socket that follow from a connector's. */
export interface SocketSettings {
  linger: number;
  maxMessageSize: number;
}

/** The settings of a socket that any connector has. */
export function socketSettings(options: ConnectorOptions): SocketSettings {
  return { linger: options.lingerMs ?? 1_000, maxMessageSize: options.maxMessageSize ?? -1 };
}

/** The settings of a socket that sends. */
export function sendSettings(options: ConnectorOptions): {
  sendHighWaterMark: number;
  sendTimeout: number;
} {
  return { sendHighWaterMark: options.sendHighWaterMark ?? 1_000, sendTimeout: SEND_ATTEMPT_MS };
}

/** The settings of a socket that receives. */
export function receiveSettings(options: ConnectorOptions): { receiveHighWaterMark: number } {
  return { receiveHighWaterMark: options.receiveHighWaterMark ?? 1_000 };
}

/**
 * Owns one ZeroMQ socket (Python: `connection.Connector`): opens it at its endpoints, tells of its
 * state, closes it. The constructor binds or connects at once and throws what is wrong with an
 * endpoint; a connection that cannot be made yet is retried by libzmq for as long as the connector
 * is open.
 *
 * Whoever makes a connector closes it, with {@link close} or `await using`; until then a pending
 * receive keeps the process alive.
 */
export abstract class Connector<S extends Socket = Socket> implements AsyncDisposable {
  /** The zeromq.js socket, for the subclasses. */
  protected readonly socket: S;
  readonly #given: readonly Endpoint[];
  readonly #endpoints: string[] = [];
  #monitor: SocketMonitor | undefined;
  #closed = false;

  /** Binds or connects `socket` and owns it from then on; it is closed when that fails. */
  protected constructor(
    socket: S,
    endpoints: Endpoints,
    usual: UsualMode,
    options: ConnectorOptions = {},
  ) {
    this.socket = socket;
    try {
      this.#given = parseEndpoints(endpoints, usual);
      if (logEnabled("connection", "debug")) this.#logStatus();
      if (options.onStatus !== undefined) this.onStatus(options.onStatus);
      for (const endpoint of this.#given) this.#endpoints.push(open(socket, endpoint));
    } catch (error) {
      this.#monitor?.close();
      socket.close();
      throw error;
    }
  }

  /**
   * The endpoints in the order in which they were given. Those that are bound read as libzmq
   * resolved them, so `tcp://127.0.0.1:*` has become `tcp://127.0.0.1:49152` or whichever port was
   * free.
   */
  get endpoints(): readonly string[] {
    return this.#endpoints;
  }

  /** Whether {@link close} was called. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Calls `listener` at each change of the socket's state, as libzmq's socket monitor reports it,
   * from now on and until the returned function is called or the connector closes.
   */
  onStatus(listener: (event: StatusEvent) => void): () => void {
    if (this.#isInproc()) return () => {};
    this.#monitor ??= new SocketMonitor(this.socket);
    return this.#monitor.listen(listener);
  }

  /**
   * Closes the socket at once. What waits to be sent or received fails with `CLOSED`; what libzmq
   * already took has `lingerMs` to leave. May be called again.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.release();
    this.#monitor?.close();
    this.socket.close();
    if (this.#given.some((endpoint) => endpoint.mode === "bind")) lastReleaseAt = performance.now();
  }

  /**
   * @internal Closes like {@link close}; fulfilled when the socket is gone: what could be sent has
   *   left, and what was bound can be bound again, which libzmq's own threads see to some time
   *   after the close.
   */
  async _shut(): Promise<void> {
    if (this.#closed) return;
    if (this.#isInproc()) {
      this.close();
      return;
    }
    this.#monitor ??= new SocketMonitor(this.socket);
    const gone = this.#monitor.untilGone();
    this.close();
    await gone;
  }

  /** The same as {@link close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /**
   * libzmq reports nothing about inproc, and a monitored socket that waits for an inproc peer never
   * ends.
   */
  #isInproc(): boolean {
    return this.#given.some((endpoint) => endpoint.address.startsWith("inproc://"));
  }

  /** Called once by {@link close}, before the socket goes. */
  protected release(): void {}

  /** How messages for people name this connector. */
  protected describe(): string {
    return this.#given.map((endpoint) => endpoint.text).join(", ");
  }

  /** What a call on this connector fails with once it is closed. */
  protected closedError(): DividereError {
    return new DividereError("CLOSED", `The link to ${this.describe()} is closed`);
  }

  /**
   * Makes the queue that stands before `socket`. A router fails at once where the others wait for
   * room: its peers must not wait for each other.
   */
  protected sendQueue(
    socket: WritableSocket,
    options: ConnectorOptions,
    whenBusy: "wait" | "fail" = "wait",
  ): SendQueue {
    return new SendQueue(socket, {
      endpoint: () => this.describe(),
      limit: options.sendQueueLimit ?? 1_000,
      whenFull: options.whenFull ?? "reject",
      retryWhenBusy: whenBusy === "wait",
    });
  }

  #logStatus(): void {
    this.onStatus((event) => {
      const { type, ...details } = event;
      log("connection", "debug", { socket: this.constructor.name, ...details }, type);
    });
  }
}

/**
 * How often a free port is asked for again when another socket was quicker to take the one that was
 * found.
 */
const FREE_PORT_ATTEMPTS = 10;

/**
 * libzmq frees a closed socket's address in a thread of its own, a moment after `close()` has
 * returned.
 */
const RELEASE_MS = 250;

/** When a bound socket of this process was closed last. */
let lastReleaseAt = Number.NEGATIVE_INFINITY;

function open(socket: Socket, endpoint: Endpoint): string {
  if (endpoint.mode === "connect") {
    try {
      socket.connect(endpoint.address);
    } catch (error) {
      throw new ConnectionError(
        "CONNECT_FAILED",
        endpoint.text,
        `Could not connect to ${endpoint.text}: ${toError(error).message}`,
        { cause: error },
      );
    }
    return endpoint.address;
  }
  const anyPort = endpoint.address.endsWith(":*") || endpoint.address.endsWith(":0");
  for (let attempt = 1; ; attempt++) {
    try {
      socket.bindSync(endpoint.address);
      return socket.lastEndpoint ?? endpoint.address;
    } catch (error) {
      const inUse = systemCode(error) === "EADDRINUSE";
      if (inUse && anyPort && attempt < FREE_PORT_ATTEMPTS) continue;
      // The address may be one that this process has just closed: so that closing and binding again
      // works, give it that moment.
      if (inUse && performance.now() - lastReleaseAt < RELEASE_MS) {
        pause(1);
        continue;
      }
      throw bindError(endpoint, inUse, error);
    }
  }
}

/** Blocks the thread: a constructor cannot wait in any other way. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function bindError(endpoint: Endpoint, inUse: boolean, cause: unknown): ConnectionError {
  if (inUse) {
    return new ConnectionError(
      "ADDRESS_IN_USE",
      endpoint.text,
      `Address already in use: ${endpoint.text}. Another socket, perhaps of another process, is bound there; stop it or choose another port`,
      { cause },
    );
  }
  return new ConnectionError(
    "BIND_FAILED",
    endpoint.text,
    `Could not bind to ${endpoint.text}: ${toError(cause).message}. An address to bind is one of this machine's: "*", an interface or its IP address`,
    { cause },
  );
}
