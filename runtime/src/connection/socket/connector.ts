import type { Socket } from "zeromq";
import { type DividereError, linkClosed } from "../../base/errors.js";
import { log, logEnabled } from "../../base/log.js";
import { noDrops, type SendCounts } from "../queue/send-counters.js";
import type { WritableSocket } from "../queue/send-options.js";
import { SendQueue } from "../queue/send-queue.js";
import type { RefusalCount } from "../security/refusal-counts.js";
import { type Endpoint, type Endpoints, parseEndpoints, type UsualMode } from "./endpoint.js";
import { Handshakes } from "./handshakes.js";
import { InprocWatch, isInproc } from "./inproc.js";
import { SocketMonitor, type StatusEvent } from "./monitor.js";
import { noteRelease } from "./open.js";
import { type ConnectorOptions, MEBIBYTE } from "./options.js";

/** The counters of what a connector has received. */
export interface ReceivedCounts {
  /** Messages that were received. */
  readonly received: number;
  /** The bytes of those messages, routes included. */
  readonly receivedBytes: number;
}

/**
 * The counters of a connector since it was opened. Every message that was given to `send` is
 * `sent`, `queued` or `dropped`.
 */
export interface LinkStats extends SendCounts, ReceivedCounts {}

const NOTHING_SENT = { sent: 0, sentBytes: 0, queued: 0, queuedBytes: 0 };

/**
 * Owns one ZeroMQ socket (Python: `connection.Connector`): opens it at its endpoints, tells of its
 * state, closes it. The constructor binds or connects at once and throws what is wrong with an
 * endpoint; a connection that cannot be made yet is retried by libzmq for as long as the connector
 * is open.
 *
 * Whoever makes a connector closes it, with {@link close} or `await using`. A call that waits keeps
 * the process alive, and so does a loop over the messages; a connector that is merely open does
 * not, nor does a listener of its status.
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

  /** Binds or connects `socket` and owns it from then on; it is closed when that fails. */
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
   * The endpoints in the order in which they were given. Those that are bound read as libzmq
   * resolved them, so `tcp://127.0.0.1:*` has become `tcp://127.0.0.1:49152` or whichever port was
   * free.
   */
  get endpoints(): readonly string[] {
    return this.#endpoints;
  }

  /** Whether each of its connections is encrypted and authenticated: it has the option `security`. */
  get secured(): boolean {
    return this.#handshakes.secured;
  }

  /**
   * The peers that were refused while shaking hands, or that have refused this socket, with their
   * counts. At most 256 are told apart.
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
   * from now on and until the returned function is called or the connector closes. For inproc it
   * tells of the peers in this thread.
   */
  onStatus(listener: (event: StatusEvent) => void): () => void {
    if (this.#inproc !== undefined) return this.#inproc.listen(listener);
    return this.#watched()?.listen(listener) ?? (() => {});
  }

  /** The counters of the moment: the messages that were sent, received and dropped. */
  get stats(): LinkStats {
    return {
      ...(this.#queue?.counts ?? { ...NOTHING_SENT, dropped: noDrops() }),
      ...this.receivedCounts(),
    };
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
    this.#handshakes.close();
    this.#inproc?.close();
    this.socket.close();
    if (this.#given.some((endpoint) => endpoint.mode === "bind")) noteRelease();
  }

  /**
   * @internal Closes like {@link close}; fulfilled when the socket is gone: what could be sent has
   *   left, and what was bound can be bound again, which libzmq's own threads see to some time
   *   after the close.
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
   * @internal The likely cause when nothing comes, to end a sentence about time: known of a socket
   *   that is secured, or has a listener.
   */
  get _hint(): string {
    return this.#handshakes.hint;
  }

  #watched(): SocketMonitor | undefined {
    if (this.#inproc !== undefined) return undefined;
    this.#monitor ??= new SocketMonitor(this.socket, (event) => this.#handshakes.note(event));
    return this.#monitor;
  }

  /** The counters of what was received, for {@link stats}. */
  protected receivedCounts(): ReceivedCounts {
    return { received: 0, receivedBytes: 0 };
  }

  /** Called once by {@link close}, before the socket goes. */
  protected release(): void {}

  /** How messages for people name this connector. */
  protected describe(): string {
    return this.#given.map((endpoint) => endpoint.text).join(", ");
  }

  /** The error of a call on this connector once it is closed. */
  protected closedError(): DividereError {
    return linkClosed(this.describe());
  }

  /**
   * Makes the queue that stands before `socket`. A router fails at once where the others wait for
   * room: its peers must not wait for each other. Only a dealer's sends can overlap and wait.
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
