import {
  ConnectionError,
  DividereError,
  linkClosed,
  systemCode,
  toError,
} from "../../base/errors.js";
import { log } from "../../base/log.js";
import { canGiveUp, type Deferred, openWait, type WaitOptions } from "../../base/wait.js";
import { ReceivePace } from "./receive-pace.js";

/** The part of a zeromq.js socket that the queue reads from. */
export interface ReadableSocket {
  /** Whether a message can be received at once. */
  readonly readable: boolean;
  /** The time that a receive waits in zeromq.js, in milliseconds; -1 for no limit. */
  receiveTimeout: number;
  receive(): Promise<Buffer[]>;
}

/** Takes messages as they arrive, without a promise for each. */
export interface Consumer {
  /** Returns whether the next message is wanted. Called before each receive. */
  wants(): boolean;
  /** Takes a message. */
  take(frames: Buffer[]): void;
  /** Called when the socket has failed. Must not throw. */
  fail(error: DividereError): void;
}

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
 * A receive of the socket begins only when a caller waits, so at most one message is held here. The
 * messages that a slow reader does not take stay in libzmq, whose high-water mark then slows the
 * sender or drops messages.
 */
export class ReceiveQueue {
  readonly #socket: ReadableSocket;
  readonly #endpoint: () => string;
  readonly #hint: () => string;
  /** Returns whether the socket's protocol allows a receive now; a REP socket must answer first. */
  readonly #mayReceive: () => boolean;
  #held: Buffer[] | undefined;
  #receiving = false;
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

  /** The number of received messages. */
  get received(): number {
    return this.#received;
  }

  /** The number of bytes in those messages. */
  get receivedBytes(): number {
    return this.#receivedBytes;
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
      this.#held !== undefined ||
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

  /** Notes the message of a {@link direct} receive. {@link poll} must be called afterwards. */
  directArrived(frames: Buffer[]): void {
    this.#ended(frames);
  }

  /**
   * Notes the failure of a {@link direct} receive, and returns the error for its caller;
   * `undefined` if no message was there and the caller must go on waiting.
   */
  directFailed(error: unknown): DividereError | undefined {
    if (this.#wasEmpty(error)) return undefined;
    if (this.#closed) return linkClosed(this.#endpoint());
    const failure = this.#failure(error);
    this.#rejectAll(failure);
    return failure;
  }

  /** Receives the frames of the next message. Overlapping calls are served in their order. */
  receive(options?: WaitOptions): Promise<Buffer[]> {
    if (this.#closed) return Promise.reject(linkClosed(this.#endpoint()));
    if (this.#held !== undefined && this.#receivers.length === 0 && !options?.signal?.aborted) {
      const frames = this.#held;
      this.#held = undefined;
      return Promise.resolve(frames);
    }
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
    if (this.#held !== undefined) return true;
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
    if (this.#receiving || this.#closed) return;
    if (this.#held !== undefined) {
      if (this.#consumer?.wants() !== true) return;
      const frames = this.#held;
      this.#held = undefined;
      this.#give(this.#consumer, frames);
    }
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
    this.#held = undefined;
    this.#consumer = undefined;
    this.#rejectAll(linkClosed(this.#endpoint()));
  }

  readonly #arrived = (frames: Buffer[]): void => {
    this.#ended(frames);
    const receiver = this.#receivers.shift();
    if (receiver !== undefined) {
      receiver.resolve(frames);
    } else if (this.#consumer?.wants() === true) {
      this.#give(this.#consumer, frames);
    } else {
      this.#held = frames;
      for (const peeker of this.#peekers.splice(0)) peeker.resolve(true);
    }
    this.poll();
  };

  readonly #failed = (error: unknown): void => {
    // The receive has timed out; if a call still waits, the next receive begins.
    if (this.#wasEmpty(error)) this.poll();
    else if (!this.#closed) this.#rejectAll(this.#failure(error));
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
    this.#received++;
    for (const frame of frames) this.#receivedBytes += frame.length;
  }

  #failure(cause: unknown): ConnectionError {
    return new ConnectionError(
      "RECEIVE_FAILED",
      this.#endpoint(),
      `Could not receive from ${this.#endpoint()}: ${toError(cause).message}`,
      { cause },
    );
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
