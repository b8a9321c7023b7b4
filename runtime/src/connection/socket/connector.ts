import type { Socket } from "zeromq";
import { DRAIN_MS, type Drained, type DrainOptions, waitUntilDone } from "../../base/drain.js";
import { type DividereError, linkClosed } from "../../base/errors.js";
import { log, logEnabled } from "../../base/log.js";
import { InprocWatch, isInproc } from "../inproc/watch.js";
import { noDrops, type SendCounts } from "../queue/send-counters.js";
import type { WritableSocket } from "../queue/send-options.js";
import { SendQueue } from "../queue/send-queue.js";
import type { RefusalCount } from "../security/refusal-counts.js";
import {
  type Endpoint,
  type Endpoints,
  isIpv6,
  parseEndpoints,
  type UsualMode,
} from "./endpoint.js";
import { Handshakes } from "./handshakes.js";
import { SocketMonitor, type StatusEvent } from "./monitor/monitor.js";
import { noteRelease } from "./open.js";
import { type ConnectorOptions, MEBIBYTE } from "./options.js";

/** The counters of a connector's received messages. */
export interface ReceivedCounts {
  /** Received messages. */
  readonly received: number;
  /** The bytes of those messages, routes included. */
  readonly receivedBytes: number;
}

/**
 * The counters of a connector since it was opened. Every message that was passed to `send` is
 * `sent`, `queued` or `dropped`.
 */
export interface LinkStats extends SendCounts, ReceivedCounts {}

const NOTHING_SENT = { sent: 0, sentBytes: 0, queued: 0, queuedBytes: 0 };

/**
 * Owns one ZeroMQ socket (Python: `connection.Connector`): opens it at its endpoints, reports its
 * state, and closes it. The constructor binds or connects at once and throws if an endpoint is
 * wrong. A connection that cannot be made is tried again as long as the connector is open: after 100 to
 * 200 ms, and after twice as long each time, up to 1 second.
 *
 * The caller that makes a connector closes it, with {@link close} or `await using`. A waiting call
 * keeps the process alive, and so does a loop over the messages; a merely open connector does not,
 * nor does a status listener.
 */
export abstract class Connector<S extends Socket = Socket> implements AsyncDisposable {
  /** The zeromq.js socket, for the subclasses. */
  protected readonly socket: S;
  readonly #given: readonly Endpoint[];
  readonly #endpoints: readonly string[];
  readonly #handshakes: Handshakes;
  #monitor: SocketMonitor | undefined;
  /** libzmq reports nothing about inproc, and a monitored socket that waits for such a peer never ends. */
  readonly #inproc: InprocWatch | undefined;
  #queue: SendQueue | undefined;
  #closed = false;
  #drained: Promise<Drained> | undefined;

  /** Binds or connects `socket` and owns it from then on; closes the socket on failure. */
  protected constructor(
    socket: S,
    endpoints: Endpoints,
    usual: UsualMode,
    options: ConnectorOptions = {},
  ) {
    this.socket = socket;
    let handshakes: Handshakes | undefined;
    let inproc: InprocWatch | undefined;
    try {
      this.#given = parseEndpoints(endpoints, usual);
      // libzmq resolves host names to IPv6 addresses alone then, so it is on only where it is meant.
      if (options.ipv6 ?? this.#given.some(isIpv6)) socket.ipv6 = true;
      if (this.#given.some(isInproc)) inproc = new InprocWatch(socket);
      this.#inproc = inproc;
      handshakes = new Handshakes(socket, this.#given, options.security, (event) =>
        this.#monitor?.emit(event),
      );
      this.#handshakes = handshakes;
      if (logEnabled("connection", "debug")) this.#logStatus();
      if (options.onStatus !== undefined) this.onStatus(options.onStatus);
      if (handshakes.secured) this.#watched();
      inproc?.opening(this.#given);
      this.#endpoints = handshakes.openAll();
      inproc?.opened(this.#given);
    } catch (error) {
      this.#monitor?.close();
      handshakes?.close();
      inproc?.close();
      socket.close();
      throw error;
    }
  }

  /**
   * The endpoints in the order in which they were given. Bound endpoints are as libzmq resolved
   * them, so `tcp://127.0.0.1:*` has become `tcp://127.0.0.1:49152` or another free port.
   */
  get endpoints(): readonly string[] {
    return this.#endpoints;
  }

  /** Whether each connection is encrypted and authenticated, by the option `security`. */
  get secured(): boolean {
    return this.#handshakes.secured;
  }

  /**
   * The peers that were refused during the handshake, or that have refused this socket, with their
   * counts. At most 256 peers are counted separately.
   */
  get refusals(): readonly RefusalCount[] {
    return this.#handshakes.refusals;
  }

  /** Whether {@link close} was called. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Calls `listener` at each change of the socket's state, as libzmq's socket monitor reports it,
   * from now until the returned function is called or the connector closes. For inproc the events
   * are those of the peers in this thread.
   */
  onStatus(listener: (event: StatusEvent) => void): () => void {
    if (this.#inproc !== undefined) return this.#inproc.listen(listener);
    return this.#watched()?.listen(listener) ?? (() => {});
  }

  /** @internal The number of connected peers; 0 for a socket that is not watched. */
  get _peers(): number {
    return this.#monitor?.peers ?? 0;
  }

  /** The current counts of sent, received and dropped messages. */
  get stats(): LinkStats {
    return {
      ...(this.#queue?.counts ?? { ...NOTHING_SENT, dropped: noDrops() }),
      ...this.receivedCounts(),
    };
  }

  /**
   * Closes the socket at once. Waiting sends and receives fail with `CLOSED`; messages that libzmq
   * has already accepted have `lingerMs` to leave. Repeated calls do nothing.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.release();
    this.#monitor?.close();
    this.#handshakes.close();
    this.#inproc?.close();
    this.socket.close();
    if (this.#given.some((endpoint) => endpoint.mode === "bind")) noteRelease();
  }

  /**
   * Sends what waits, then closes: further sends fail with `CLOSED` at once. Fulfilled when the socket
   * is gone, and its result says how many messages were given up when the time had passed. libzmq has
   * the rest of the time, in place of `lingerMs`, for what it has already taken; it does not tell what
   * it gives up of that. A repeated call gives the first one's result.
   */
  drain(options: DrainOptions = {}): Promise<Drained> {
    this.#drained ??= this.#drain(options.timeoutMs ?? DRAIN_MS);
    return this.#drained;
  }

  /**
   * @internal Closes like {@link close}; fulfilled when the socket is gone: the messages that could
   *   be sent have left, and bound addresses are free again, which libzmq's threads ensure some
   *   time after the close.
   */
  async _shut(): Promise<void> {
    if (this.#closed) return;
    const gone = this.#watched()?.untilGone();
    this.close();
    await gone;
  }

  /** The same as {@link close}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  /**
   * @internal The likely cause when no message arrives, to end a sentence about time; known for a
   *   socket that is secured or has a listener.
   */
  get _hint(): string {
    return this.#handshakes.hint;
  }

  async #drain(timeoutMs: number): Promise<Drained> {
    const queue = this.#queue;
    const deadline = performance.now() + timeoutMs;
    const before = this.stats.dropped.closed;
    queue?.end();
    // A message that goes straight to the socket is back in the queue by then, if that has no room.
    await new Promise(setImmediate);
    await waitUntilDone(() => this.#closed || this.stats.queued === 0, timeoutMs);
    if (queue !== undefined && !this.#closed) this.socket.linger = lingerUntil(deadline);
    await this._shut();
    return { queued: this.stats.dropped.closed - before, inFlight: 0 };
  }

  #watched(): SocketMonitor | undefined {
    if (this.#inproc !== undefined) return undefined;
    this.#monitor ??= new SocketMonitor(this.socket, (event) => this.#handshakes.note(event));
    return this.#monitor;
  }

  /** Returns the counters of received messages, for {@link stats}. */
  protected receivedCounts(): ReceivedCounts {
    return { received: 0, receivedBytes: 0 };
  }

  /** Called once by {@link close}, before the socket goes. */
  protected release(): void {}

  /** Names this connector in messages for people. */
  protected describe(): string {
    return this.#given.map((endpoint) => endpoint.text).join(", ");
  }

  /** Makes the error for a call on this connector after its close. */
  protected closedError(): DividereError {
    return linkClosed(this.describe());
  }

  /**
   * Makes the queue before `socket`. A router fails at once if there is no room, while the others
   * wait: its peers must not wait for each other. Only a dealer's sends can overlap and wait.
   */
  protected sendQueue(
    socket: WritableSocket,
    options: ConnectorOptions,
    whenBusy: "wait" | "wait in order" | "fail" = "wait",
  ): SendQueue {
    this.#queue = new SendQueue(socket, {
      endpoint: () => this.describe(),
      hint: () => this._hint,
      limit: options.sendQueueLimit ?? 1_000,
      limitBytes: options.sendQueueBytes ?? 64 * MEBIBYTE,
      whenFull: options.whenFull,
      retryWhenBusy: whenBusy !== "fail",
      asksForRoom: whenBusy === "wait in order",
    });
    return this.#queue;
  }

  #logStatus(): void {
    this.onStatus((event) => {
      const { type, ...details } = event;
      log("connection", "debug", { socket: this.constructor.name, ...details }, type);
    });
  }
}

/** The time that libzmq has until a deadline; -1 is as long as it takes. */
function lingerUntil(deadline: number): number {
  const remaining = Math.ceil(deadline - performance.now());
  return remaining > 0x7fff_ffff ? -1 : Math.max(0, remaining);
}
