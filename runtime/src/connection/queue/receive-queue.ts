import { DividereError, linkClosed, systemCode } from "../../base/errors.js";
import { log } from "../../base/log.js";
import { canGiveUp, type Deferred, openWait, type WaitOptions } from "../../base/wait.js";
import type { Consumer } from "./parts/consumer.js";
import { HeldMessages, type Splitter } from "./parts/held-messages.js";
import type { ReadableSocket } from "./parts/readable-socket.js";
import { receiveFailed } from "./parts/receive-failed.js";
import { ReceivePace } from "./receive-pace.js";

/**
 * The longest time that a receive of the socket goes on when no call waits for a message any more,
 * in milliseconds. A receive cannot be cancelled, and it keeps the process alive.
 */
const RECEIVE_SLICE_MS = 200;

let pending = 0;

/**
 * Returns the number of pending receives in this thread; they keep the process alive, as intended.
 */
export function pendingReceives(): number {
  return pending;
}

/**
 * The receiving side of a socket. zeromq.js takes one receive at a time and cannot cancel it; here
 * any number of calls may wait, each with its own time-out and signal, and a call that gives up
 * loses no message: the next call gets it.
 *
 * A receive of the socket begins only when a caller waits, so at most one message, or the rest
 * of a batch, is held here. The messages that a slow reader does not take stay in libzmq, whose high-water mark then slows the
 * sender or drops messages.
 */
export class ReceiveQueue {
  readonly #socket: ReadableSocket;
  readonly #endpoint: () => string;
  readonly #hint: () => string;
  /** Returns whether the socket's protocol allows a receive now; a REP socket must answer first. */
  readonly #mayReceive: () => boolean;
  readonly #held = new HeldMessages();
  #receiving = false;
  /** Whether the messages here wait until other work of the event loop had its turn. */
  #pausing = false;
  #closed = false;
  /**
   * The time that the socket's receives wait, in milliseconds; see `receiveTimeout` of zeromq.js.
   */
  #patienceMs = -1;
  readonly #pace = new ReceivePace();
  #received = 0;
  #receivedBytes = 0;
  #consumer: Consumer | undefined;
  readonly #receivers: Deferred<Buffer[]>[] = [];
  readonly #peekers: Deferred<boolean>[] = [];

  constructor(
    socket: ReadableSocket,
    options: {
      endpoint: () => string;
      /** The likely cause of a time-out, if one is known. */
      hint?: () => string;
      mayReceive?: () => boolean;
    },
  ) {
    this.#socket = socket;
    this.#endpoint = options.endpoint;
    this.#hint = options.hint ?? (() => "");
    this.#mayReceive = options.mayReceive ?? (() => true);
  }

  /** The numbers of received messages and of their bytes. */
  get counts(): { readonly received: number; readonly receivedBytes: number } {
    return { received: this.#received, receivedBytes: this.#receivedBytes };
  }

  /**
   * Starts the socket's own receive if that is enough: no other call waits, and either a message is
   * available or this call waits without limit. Returns `undefined` if {@link receive} must be
   * called. The caller passes the outcome to {@link directArrived} or {@link directFailed}.
   */
  direct(options: WaitOptions | undefined): Promise<Buffer[]> | undefined {
    if (
      this.#receiving ||
      this.#closed ||
      this.#held.first !== undefined ||
      this.#receivers.length > 0 ||
      !this.#mayReceive()
    ) {
      return undefined;
    }
    if (options?.signal?.aborted) return undefined;
    if (!this.#pace.eager) {
      if (!canGiveUp(options)) return this.#begin(-1);
      if (!this.#socket.readable) return undefined;
    }
    return this.#begin(0);
  }

  /**
   * Notes what a {@link direct} receive brought, and returns its first message. {@link poll} must be
   * called afterwards.
   */
  directArrived(frames: Buffer[]): Buffer[] {
    this.#ended(frames);
    return this.#held.take() as Buffer[];
  }

  /**
   * Notes the failure of a {@link direct} receive, and returns the error for its caller;
   * `undefined` if no message was there and the caller must go on waiting.
   */
  directFailed(error: unknown): DividereError | undefined {
    if (this.#wasEmpty(error)) return undefined;
    if (this.#closed) return linkClosed(this.#endpoint());
    const failure = receiveFailed(this.#endpoint(), error);
    this.#rejectAll(failure);
    return failure;
  }

  /** Splits what arrives from now on into messages. */
  splitWith(splitter: Splitter): void {
    this.#held.splitWith(splitter);
  }

  /** A message that {@link take} would return; it stays here. */
  get next(): Buffer[] | undefined {
    return this.#isFree ? this.#held.first : undefined;
  }

  /** Takes a message that is here and that no other call waits for. */
  take(): Buffer[] | undefined {
    if (!this.#isFree) return undefined;
    this.#pace.taken();
    if (!this.#pace.overdue) return this.#held.take();
    this.#pausing = true;
    setImmediate(() => {
      this.#pausing = false;
      this.poll();
    });
    return undefined;
  }

  /** Whether a message is here, and no earlier call waits for it. */
  get #isFree(): boolean {
    return (
      this.#held.first !== undefined &&
      this.#receivers.length === 0 &&
      !this.#pausing &&
      !this.#closed
    );
  }

  /** Receives the frames of the next message. Overlapping calls are served in their order. */
  receive(options?: WaitOptions): Promise<Buffer[]> {
    if (this.#closed) return Promise.reject(linkClosed(this.#endpoint()));
    const frames = options?.signal?.aborted ? undefined : this.take();
    if (frames !== undefined) return Promise.resolve(frames);
    const waiting = openWait<Buffer[]>(
      options,
      () => `without a message from ${this.#endpoint()}${this.#hint()}`,
      () => remove(this.#receivers, waiting),
    );
    if (!waiting.settled) this.#receivers.push(waiting);
    this.poll();
    return waiting.promise;
  }

  /** Returns whether a message is available or arrives in time; leaves it for {@link receive}. */
  async wait(timeoutMs?: number): Promise<boolean> {
    if (this.#closed) throw linkClosed(this.#endpoint());
    if (this.#held.first !== undefined) return true;
    const waiting: Deferred<boolean> = openWait<boolean>(
      { timeoutMs },
      () => "",
      () => remove(this.#peekers, waiting),
    );
    this.#peekers.push(waiting);
    this.poll();
    try {
      return await waiting.promise;
    } catch (error) {
      if (error instanceof DividereError && error.code === "TIMEOUT") return false;
      throw error;
    }
  }

  /**
   * Gives `consumer` the messages that no call waits for, when {@link poll} finds that it wants
   * one.
   */
  consume(consumer: Consumer): void {
    this.#consumer = consumer;
  }

  /** Begins a receive if a message is wanted and the protocol allows it. */
  poll(): void {
    if (this.#receiving || this.#closed || this.#pausing) return;
    if (this.#held.first !== undefined) this.#handOut();
    if (this.#held.first !== undefined) return;
    if (
      this.#receivers.length === 0 &&
      this.#peekers.length === 0 &&
      this.#consumer?.wants() !== true
    ) {
      return;
    }
    if (!this.#mayReceive()) return;
    // Each waiting call may give up.
    this.#begin(this.#pace.eager ? 0 : RECEIVE_SLICE_MS).then(this.#arrived, this.#failed);
  }

  /** Fails the waiting calls, and drops a message that no call took. */
  close(): void {
    this.#closed = true;
    this.#held.clear();
    this.#consumer = undefined;
    this.#rejectAll(linkClosed(this.#endpoint()));
  }

  readonly #arrived = (frames: Buffer[]): void => {
    this.#ended(frames);
    this.poll();
  };

  /** Gives the messages that are here to the calls that wait, then to the consumer. */
  #handOut(): void {
    while (this.#held.first !== undefined) {
      const receiver = this.#receivers.shift();
      if (receiver !== undefined) receiver.resolve(this.#held.take() as Buffer[]);
      else if (this.#consumer?.wants() === true)
        this.#give(this.#consumer, this.#held.take() as Buffer[]);
      else break;
    }
    if (this.#held.first === undefined) return;
    for (const peeker of this.#peekers.splice(0)) peeker.resolve(true);
  }

  readonly #failed = (error: unknown): void => {
    // The receive has timed out; if a call still waits, the next receive begins.
    if (this.#wasEmpty(error)) this.poll();
    else if (!this.#closed) this.#rejectAll(receiveFailed(this.#endpoint(), error));
  };

  #give(consumer: Consumer, frames: Buffer[]): void {
    try {
      consumer.take(frames);
    } catch (error) {
      log("connection", "error", { err: error }, `a message from ${this.#endpoint()} was lost`);
    }
  }

  /** Begins a receive of the socket that waits `patienceMs`. */
  #begin(patienceMs: number): Promise<Buffer[]> {
    this.#receiving = true;
    pending++;
    if (patienceMs === 0 && this.#pace.overdue) return this.#beginLater();
    try {
      if (this.#patienceMs !== patienceMs) {
        this.#patienceMs = patienceMs;
        this.#socket.receiveTimeout = patienceMs;
      }
      return this.#socket.receive();
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #beginLater(): Promise<Buffer[]> {
    await new Promise(setImmediate);
    return this.#socket.receive();
  }

  /** Notes the end of a failed receive; returns whether it failed for lack of a message. */
  #wasEmpty(error: unknown): boolean {
    this.#ended();
    if (this.#closed || systemCode(error) !== "EAGAIN") return false;
    if (this.#patienceMs === 0) this.#pace.empty();
    return true;
  }

  #ended(frames?: Buffer[]): void {
    this.#receiving = false;
    pending--;
    if (frames === undefined) return;
    this.#pace.arrived();
    this.#received += this.#held.hold(frames);
    for (const frame of frames) this.#receivedBytes += frame.length;
  }

  #rejectAll(error: DividereError): void {
    for (const waiting of this.#receivers.splice(0)) waiting.reject(error);
    for (const waiting of this.#peekers.splice(0)) waiting.reject(error);
    this.#consumer?.fail(error);
  }
}

function remove<T>(list: T[], item: T): void {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
}
