import { setTimeout as delay } from "node:timers/promises";
import { ConnectionError, type DividereError, linkClosed, systemCode } from "../../base/errors.js";
import { type Deferred, openWait, type WaitOptions } from "../../base/wait.js";

/** The part of a zeromq.js socket that the queue writes to. */
export interface WritableSocket {
  /** Whether a message can be taken at once. */
  readonly writable: boolean;
  send(frames: Uint8Array[]): Promise<void>;
}

/** The policy for a message that finds the queue before the socket full. */
export type WhenFull = "reject" | "drop-newest" | "drop-oldest";

interface Entry {
  readonly frames: Uint8Array[];
  /** Whether its caller set a time-out or a signal. */
  readonly mayGiveUp: boolean;
  readonly wait: Deferred<void>;
}

/** How long one attempt of zeromq.js may wait for room in the socket. */
export const SEND_ATTEMPT_MS = 100;

/**
 * How often a socket without room is looked at on behalf of a send that may be given up. An attempt
 * cannot be called back, so for such a send none is begun that would have to wait.
 */
const LOOK_FOR_ROOM_MS = 5;

/**
 * The bounded queue before a socket. zeromq.js takes one send at a time and fails an overlapping
 * one with EBUSY; this keeps the order of the calls, and touches memory only while the socket has
 * no room.
 */
export class SendQueue {
  readonly #socket: WritableSocket;
  readonly #endpoint: () => string;
  readonly #limit: number;
  readonly #whenFull: WhenFull;
  readonly #retryWhenBusy: boolean;
  #entries: Entry[] = [];
  #draining = false;
  #closed = false;
  #dropped = 0;
  /** The attempt that zeromq.js has in hand. */
  #attempt: Promise<unknown> = Promise.resolve();
  /** The message of that attempt, if it stands in the queue. */
  #attempted: Entry | undefined;

  constructor(
    socket: WritableSocket,
    options: { endpoint: () => string; limit: number; whenFull: WhenFull; retryWhenBusy: boolean },
  ) {
    this.#socket = socket;
    this.#endpoint = options.endpoint;
    this.#limit = options.limit;
    this.#whenFull = options.whenFull;
    this.#retryWhenBusy = options.retryWhenBusy;
  }

  /** How many messages the queue's policy has dropped. */
  get dropped(): number {
    return this.#dropped;
  }

  send(frames: Uint8Array[], options?: WaitOptions): Promise<void> {
    if (this.#closed) return Promise.reject(this.#closedError());
    // An attempt cannot be called back, so one that may have to be is not begun here.
    const mayGiveUp = canGiveUp(options);
    if (
      this.#entries.length === 0 &&
      (!mayGiveUp || (this.#socket.writable && !options?.signal?.aborted))
    ) {
      const attempt = this.#try(frames);
      if (attempt !== undefined) {
        return attempt.then(undefined, (error) => {
          if (this.#retries(error) && !this.#closed) return this.#enqueue(frames, options, "front");
          throw this.#converted(error);
        });
      }
    }
    return this.#enqueue(frames, options, "back");
  }

  /** Fails what waits. The socket's own buffer is not touched. */
  close(): void {
    this.#closed = true;
    const waiting = this.#entries;
    this.#entries = [];
    for (const entry of waiting) entry.wait.reject(this.#closedError());
  }

  #enqueue(
    frames: Uint8Array[],
    options: WaitOptions | undefined,
    place: "front" | "back",
  ): Promise<void> {
    if (place === "back" && this.#entries.length >= this.#limit) {
      const refusal = this.#makeRoom();
      if (refusal !== undefined) return refusal;
    }
    const wait = openWait<void>(
      options,
      () =>
        `while a message waited to be sent to ${this.#endpoint()}: no peer is connected there, or it does not read`,
      () => this.#forget(entry),
    );
    const entry: Entry = { frames, mayGiveUp: canGiveUp(options), wait };
    if (wait.settled) return wait.promise;
    if (place === "front") this.#entries.unshift(entry);
    else this.#entries.push(entry);
    void this.#drain();
    return wait.promise;
  }

  #makeRoom(): Promise<void> | undefined {
    if (this.#whenFull === "reject") {
      return Promise.reject(
        new ConnectionError(
          "QUEUE_FULL",
          this.#endpoint(),
          `${this.#limit} messages already wait to be sent to ${this.#endpoint()}; await each send(), or raise sendQueueLimit, or choose whenFull`,
        ),
      );
    }
    this.#dropped++;
    if (this.#whenFull === "drop-newest") return Promise.resolve();
    // The one that zeromq.js has in hand is on its way.
    const oldest = this.#entries[0] === this.#attempted ? 1 : 0;
    this.#entries.splice(oldest, 1)[0]?.wait.resolve();
    return undefined;
  }

  #forget(entry: Entry): void {
    const index = this.#entries.indexOf(entry);
    if (index >= 0) this.#entries.splice(index, 1);
  }

  async #drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    try {
      let entry = this.#entries[0];
      while (entry !== undefined) {
        if (entry.mayGiveUp && !this.#socket.writable) {
          await delay(LOOK_FOR_ROOM_MS);
          entry = this.#entries[0];
          continue;
        }
        const attempt = this.#try(entry.frames);
        if (attempt === undefined) {
          await this.#attempt.catch(() => {});
        } else {
          await this.#settle(entry, attempt);
        }
        entry = this.#entries[0];
      }
    } finally {
      this.#draining = false;
    }
  }

  async #settle(entry: Entry, attempt: Promise<void>): Promise<void> {
    this.#attempted = entry;
    try {
      await attempt;
      entry.wait.resolve();
    } catch (error) {
      if (this.#retries(error) && !this.#closed) return;
      entry.wait.reject(this.#converted(error));
    }
    this.#attempted = undefined;
    this.#forget(entry);
  }

  /** Starts a send, or gives `undefined` while another is under way. */
  #try(frames: Uint8Array[]): Promise<void> | undefined {
    try {
      const attempt = this.#socket.send(frames);
      this.#attempt = attempt;
      return attempt;
    } catch (error) {
      if (systemCode(error) === "EBUSY") return undefined;
      return Promise.reject(error);
    }
  }

  #retries(error: unknown): boolean {
    return this.#retryWhenBusy && systemCode(error) === "EAGAIN";
  }

  #closedError(): DividereError {
    return linkClosed(this.#endpoint());
  }

  #converted(error: unknown): DividereError {
    if (this.#closed) return this.#closedError();
    const endpoint = this.#endpoint();
    switch (systemCode(error)) {
      case "EHOSTUNREACH":
        return new ConnectionError(
          "PEER_UNREACHABLE",
          endpoint,
          `No peer at ${endpoint} has that route; it may have left`,
          {
            cause: error,
          },
        );
      case "EAGAIN":
        return new ConnectionError(
          "PEER_BUSY",
          endpoint,
          `The peer at ${endpoint} does not read what it is sent; its queue is full`,
          {
            cause: error,
          },
        );
      default:
        return new ConnectionError(
          "SEND_FAILED",
          endpoint,
          `Could not send to ${endpoint}: ${String(error)}`,
          { cause: error },
        );
    }
  }
}

function canGiveUp(options: WaitOptions | undefined): boolean {
  return options?.timeoutMs !== undefined || options?.signal !== undefined;
}
