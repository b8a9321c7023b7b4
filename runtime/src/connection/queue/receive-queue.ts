import { ConnectionError, DividereError, linkClosed, toError } from "../../base/errors.js";
import { type Deferred, openWait, type WaitOptions } from "../../base/wait.js";

/** The part of a zeromq.js socket that the queue reads from. */
export interface ReadableSocket {
  receive(): Promise<Buffer[]>;
}

/**
 * The receiving side of a socket. zeromq.js takes one receive at a time and cannot call it back;
 * here any number of calls may wait, each with its own time-out and signal, and one that gives up
 * loses no message: the next call gets it.
 *
 * A receive of the socket is begun only when somebody waits, so at most one message is held here
 * and what a slow reader does not take stays in libzmq, whose high-water mark then slows or drops
 * the sender.
 */
export class ReceiveQueue {
  readonly #socket: ReadableSocket;
  readonly #endpoint: () => string;
  /** Returns whether the socket's protocol allows a receive now; a REP socket has to answer first. */
  readonly #mayReceive: () => boolean;
  #held: Buffer[] | undefined;
  #receiving = false;
  #closed = false;
  readonly #receivers: Deferred<Buffer[]>[] = [];
  readonly #peekers: Deferred<boolean>[] = [];

  constructor(
    socket: ReadableSocket,
    options: { endpoint: () => string; mayReceive?: () => boolean },
  ) {
    this.#socket = socket;
    this.#endpoint = options.endpoint;
    this.#mayReceive = options.mayReceive ?? (() => true);
  }

  /**
   * The frames of the next message. Overlapping calls are served in the order in which they were
   * made.
   */
  receive(options?: WaitOptions): Promise<Buffer[]> {
    if (this.#closed) return Promise.reject(this.#closedError());
    if (this.#held !== undefined && this.#receivers.length === 0 && !options?.signal?.aborted) {
      const frames = this.#held;
      this.#held = undefined;
      return Promise.resolve(frames);
    }
    const waiting = openWait<Buffer[]>(
      options,
      () => `without a message from ${this.#endpoint()}`,
      () => remove(this.#receivers, waiting),
    );
    if (!waiting.settled) this.#receivers.push(waiting);
    this.poll();
    return waiting.promise;
  }

  /**
   * Whether a message is there, or arrives within the time; it is left for the next
   * {@link receive}.
   */
  async wait(timeoutMs?: number): Promise<boolean> {
    if (this.#closed) throw this.#closedError();
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

  /** Begins a receive if a call waits for a message and the protocol allows it. */
  poll(): void {
    if (this.#receiving || this.#closed || this.#held !== undefined) return;
    if (this.#receivers.length === 0 && this.#peekers.length === 0) return;
    if (!this.#mayReceive()) return;
    this.#receiving = true;
    let attempt: Promise<Buffer[]>;
    try {
      attempt = this.#socket.receive();
    } catch (error) {
      this.#receiving = false;
      this.#fail(error);
      return;
    }
    attempt.then(
      (frames) => {
        this.#receiving = false;
        this.#arrived(frames);
      },
      (error) => {
        this.#receiving = false;
        if (!this.#closed) this.#fail(error);
      },
    );
  }

  /** Fails the calls that wait, and drops a message that no call took. */
  close(): void {
    this.#closed = true;
    this.#held = undefined;
    this.#rejectAll(this.#closedError());
  }

  #arrived(frames: Buffer[]): void {
    const receiver = this.#receivers.shift();
    if (receiver !== undefined) {
      receiver.resolve(frames);
    } else {
      this.#held = frames;
      for (const peeker of this.#peekers.splice(0)) peeker.resolve(true);
    }
    this.poll();
  }

  #fail(error: unknown): void {
    this.#rejectAll(
      new ConnectionError(
        "RECEIVE_FAILED",
        this.#endpoint(),
        `Could not receive from ${this.#endpoint()}: ${toError(error).message}`,
        { cause: error },
      ),
    );
  }

  #rejectAll(error: Error): void {
    for (const waiting of this.#receivers.splice(0)) waiting.reject(error);
    for (const waiting of this.#peekers.splice(0)) waiting.reject(error);
  }

  #closedError(): DividereError {
    return linkClosed(this.#endpoint());
  }
}

function remove<T>(list: T[], item: T): void {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
}
