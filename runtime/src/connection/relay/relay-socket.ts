import type { Dealer as DealerSocket, Router as RouterSocket } from "zeromq";
import { type DividereError, systemCode } from "../../base/errors.js";
import { noteRelayRead } from "../../base/process-work.js";
import type { Ahead, AheadOf } from "../queue/parts/ahead.js";
import { HeldMessages, type Splitter } from "../queue/parts/held-messages.js";
import { receiveFailed } from "../queue/parts/receive-failed.js";
import { ReceivePace } from "../queue/receive-pace.js";
import { sendError } from "../queue/send-error.js";
import { Connector } from "../socket/connector.js";
import type { Listening } from "../socket/listening.js";
import { listeningEndpoints } from "../socket/listening.js";
import type { ConnectorOptions } from "../socket/options.js";

/** One attempt's wait for room in the socket, in milliseconds; then a close is noticed. */
const ROOM_ATTEMPT_MS = 100;

/**
 * One socket of a proxy or a broker. Hands on the frames of whole messages, as they are: a message
 * costs the promise that zeromq.js makes to receive it and the promise that it makes to send it.
 * Nothing waits here, because {@link read} takes the next message once its reader is done with the
 * last.
 */
export class RelaySocket extends Connector<DealerSocket | RouterSocket> implements AheadOf {
  readonly #pace = new ReceivePace();
  readonly #held = new HeldMessages();
  #ahead: Ahead | undefined;
  #patienceMs: number;
  #waiting = false;

  /** @param socket - The socket, which fails at once to send when it has no room. */
  constructor(
    socket: DealerSocket | RouterSocket,
    endpoints: Listening,
    options: ConnectorOptions,
  ) {
    super(socket, listeningEndpoints(endpoints), "auto", options);
    this.#patienceMs = socket.receiveTimeout;
  }

  /** Splits what arrives from now on into messages. */
  splitWith(splitter: Splitter): void {
    this.#held.splitWith(splitter);
  }

  /**
   * Passes each message to `take` until the socket is closed. While the promise of `take` is pending,
   * no further message is read.
   *
   * @param failed - Called with the error of `take`. An error of its own ends the loop; by default
   *   that of `take` does.
   * @throws ConnectionError `RECEIVE_FAILED`, or the error of `failed`.
   */
  async read(
    take: (frames: Buffer[]) => Promise<void> | undefined,
    failed: (error: unknown, frames: Buffer[]) => Promise<void> | undefined = rethrow,
  ): Promise<void> {
    while (!this.closed) {
      if (this.#pace.overdue) await new Promise(setImmediate);
      let frames: Buffer[];
      noteRelayRead(1);
      try {
        frames = await this.#receive();
      } catch (error) {
        this.#notArrived(error);
        continue;
      } finally {
        noteRelayRead(-1);
      }
      if (this.closed) return;
      this.#pace.arrived();
      this.#held.hold(frames);
      for (let each = this.#held.take(); each !== undefined; each = this.#next()) {
        try {
          const taken = take(each);
          if (taken !== undefined) await taken;
        } catch (error) {
          await failed(error, each);
        }
      }
    }
  }

  /** Takes the next of the messages that arrived together. */
  #next(): Buffer[] | undefined {
    this.#pace.taken();
    return this.#held.take();
  }

  putAhead(ahead: Ahead): void {
    this.#ahead = ahead;
  }

  mayWait(_count: number, _bytes: number): boolean {
    return !this.closed;
  }

  sendNow(frames: Uint8Array[], _count: number): Promise<void> | undefined {
    return this.send(frames);
  }

  /**
   * Sends the frames of a message if there is room. Rejects with the error of zeromq.js, which
   * {@link sendFailure} converts.
   */
  send(frames: Uint8Array[]): Promise<void> {
    this.#ahead?.flush();
    try {
      return this.socket.send(frames);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Whether a message waits for room. */
  get waiting(): boolean {
    return this.#waiting;
  }

  /** Sends the frames of a message, and waits for room until the socket is closed. */
  async sendWithPatience(frames: Uint8Array[]): Promise<void> {
    this.#waiting = true;
    this.socket.sendTimeout = ROOM_ATTEMPT_MS;
    try {
      for (;;) {
        try {
          return await this.socket.send(frames);
        } catch (error) {
          if (this.closed || systemCode(error) !== "EAGAIN") throw error;
        }
      }
    } finally {
      this.#waiting = false;
      if (!this.closed) this.socket.sendTimeout = 0;
    }
  }

  /** Converts the error of {@link send}: `PEER_UNREACHABLE`, `PEER_BUSY`, `SEND_FAILED` or `CLOSED`. */
  sendFailure(error: unknown): DividereError {
    return this.closed ? this.closedError() : sendError(this.describe(), error);
  }

  /**
   * @internal Lends the socket to a thread, which closes it. Meanwhile its listeners are told of
   *   changes, and nothing else may be done with it but {@link close}.
   */
  _lend(): DealerSocket | RouterSocket {
    // A monitor cannot be opened once the socket is in use elsewhere.
    this.onStatus(() => {})();
    return this.socket;
  }

  protected override release(): void {
    this.#ahead?.flush();
    this.#held.clear();
  }

  #receive(): Promise<Buffer[]> {
    const patienceMs = this.#pace.eager ? 0 : -1;
    if (this.#patienceMs !== patienceMs) {
      this.#patienceMs = patienceMs;
      this.socket.receiveTimeout = patienceMs;
    }
    return this.socket.receive();
  }

  /** Notes the end of a receive without a message. */
  #notArrived(error: unknown): void {
    if (this.closed) return;
    if (systemCode(error) !== "EAGAIN") throw receiveFailed(this.describe(), error);
    this.#pace.empty();
  }
}

function rethrow(error: unknown): never {
  throw error;
}
