import { setTimeout as delay } from "node:timers/promises";
import { type DividereError, linkClosed, systemCode } from "../../base/errors.js";
import { canGiveUp, openWait, type WaitOptions } from "../../base/wait.js";
import { Fifo } from "./fifo.js";
import type { Ahead, AheadOf } from "./parts/ahead.js";
import { type Entry, LOOK_FOR_ROOM_MS, MOST_IN_A_TURN, SEND_ATTEMPT_MS } from "./parts/entry.js";
import { type Drops, dropOf, type SendCounts, SendTotals, sizeOf } from "./send-counters.js";
import { queueFull, sendError } from "./send-error.js";
import type { SendQueueOptions, WritableSocket } from "./send-options.js";

/**
 * The bounded queue before a socket. zeromq.js takes one send at a time and fails an overlapping
 * one with EBUSY; this keeps the order of the calls, and holds messages only while the socket has
 * no room.
 */
export class SendQueue implements AheadOf {
  readonly #socket: WritableSocket;
  readonly #options: SendQueueOptions;
  readonly #entries = new Fifo<Entry>();
  readonly #totals = new SendTotals();
  #draining = false;
  /** The number of sends since other work of the event loop had its turn. */
  #inTurn = 0;
  /** The time that the socket's sends wait, in milliseconds. */
  #patienceMs = 0;
  #closed = false;
  #ending = false;
  #ahead: Ahead | undefined;
  /** The messages that went to the socket without waiting here, whose sends are pending. */
  readonly #direct = new Fifo<Uint8Array[]>();
  readonly #directOptions = new Fifo<WaitOptions | undefined>();
  /** The attempt that zeromq.js has in hand. */
  #attempt: Promise<unknown> = Promise.resolve();
  /** The message of that attempt, if it is in the queue. */
  #attempted: Entry | undefined;

  constructor(socket: WritableSocket, options: SendQueueOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  /** The current counters. */
  get counts(): SendCounts {
    return this.#totals.counts(this.#ahead);
  }

  /** The number of messages that the queue's policy has dropped. */
  get dropped(): number {
    return this.#totals.drops.oldest + this.#totals.drops.newest;
  }

  putAhead(ahead: Ahead): void {
    this.#ahead = ahead;
  }

  mayWait(count: number, bytes: number): boolean {
    const { limit, limitBytes, whenFull } = this.#options;
    // Each message is dropped, and counted, by itself.
    if (count > 0 && whenFull?.startsWith("drop-")) return false;
    if (this.#closed || this.#ending || this.#entries.size > 0) return false;
    return this.#inTurn < MOST_IN_A_TURN && count <= limit && bytes <= limitBytes;
  }

  sendNow(frames: Uint8Array[], count: number): Promise<void> | undefined {
    if (!this.mayWait(0, 0) || this.#lacksRoom) return undefined;
    return this.#totals.countMore(this.#begin(frames, undefined), count - 1);
  }

  /** Whether a message has gone to the socket in this turn and its send is not fulfilled yet. */
  get inHand(): boolean {
    return this.#direct.size > 0;
  }

  /** Sends one frame that holds several messages. */
  sendTogether(frames: Uint8Array[], count: number, options?: WaitOptions): Promise<void> {
    return this.#totals.countMore(this.send(frames, options), count - 1);
  }

  send(frames: Uint8Array[], options?: WaitOptions): Promise<void> {
    this.#ahead?.flush();
    if (this.#closed || this.#ending) return Promise.reject(linkClosed(this.#options.endpoint()));
    if (
      this.#entries.size > 0 ||
      this.#inTurn >= MOST_IN_A_TURN ||
      options?.signal?.aborted ||
      this.#lacksRoom
    ) {
      return this.#enqueue(frames, options, "back");
    }
    return this.#begin(frames, options);
  }

  get #lacksRoom(): boolean {
    return this.#options.asksForRoom && !this.#socket.writable;
  }

  /** Passes a message to the socket. */
  #begin(frames: Uint8Array[], options: WaitOptions | undefined): Promise<void> {
    const attempt = this.#try(frames, 0);
    if (attempt === undefined) return this.#enqueue(frames, options, "back");
    this.#direct.push(frames);
    this.#directOptions.push(options);
    return attempt.then(this.#directSent, this.#directFailed);
  }

  /** Refuses further messages; those that wait still go. */
  end(): void {
    this.#ahead?.flush();
    this.#ending = true;
  }

  /** Fails the waiting messages. The socket's own buffer is not touched. */
  close(): void {
    this.#ahead?.flush();
    this.#closed = true;
    for (const entry of this.#entries.clear()) {
      if (entry.wait.settled) continue;
      this.#countDrop("closed", entry);
      entry.wait.reject(linkClosed(this.#options.endpoint()));
    }
    this.#totals.queued = 0;
    this.#totals.queuedBytes = 0;
  }

  // Sends settle in the order in which they were begun, so this is the first one in hand.

  readonly #directSent = (): void => {
    this.#directOptions.shift();
    this.#totals.countSent(this.#direct.shift() as Uint8Array[]);
  };

  readonly #directFailed = (error: unknown): Promise<void> => {
    const frames = this.#direct.shift() as Uint8Array[];
    const options = this.#directOptions.shift();
    if (this.#retries(error)) return this.#enqueue(frames, options, "front");
    return Promise.reject(this.#converted(error));
  };

  #enqueue(
    frames: Uint8Array[],
    options: WaitOptions | undefined,
    place: "front" | "back",
  ): Promise<void> {
    const mayGiveUp = canGiveUp(options);
    const bytes = sizeOf(frames);
    if (place === "back" && this.#isFull(bytes)) {
      const refusal = this.#whenFull(bytes, mayGiveUp);
      if (refusal !== undefined) return refusal;
    }
    const wait = openWait<void>(
      options,
      () =>
        `while a message waited to be sent to ${this.#options.endpoint()}: no peer is connected there, or it does not read${this.#options.hint()}`,
      () => {
        this.#countDrop("givenUp", entry);
        this.#forget(entry);
      },
    );
    if (wait.settled) {
      this.#totals.drops.givenUp++;
      return wait.promise;
    }
    const entry: Entry = { frames, bytes, mayGiveUp, wait };
    if (place === "front") this.#entries.unshift(entry);
    else this.#entries.push(entry);
    this.#totals.countQueued(1, bytes);
    void this.#drain();
    return wait.promise;
  }

  #isFull(bytes: number): boolean {
    if (this.#totals.queued === 0) return this.#options.limit === 0;
    const { limit, limitBytes } = this.#options;
    return this.#totals.queued >= limit || this.#totals.queuedBytes + bytes > limitBytes;
  }

  /** Makes room for a message; returns the message's outcome if it gets no room. */
  #whenFull(bytes: number, mayGiveUp: boolean): Promise<void> | undefined {
    const policy = this.#options.whenFull ?? (mayGiveUp ? "wait" : "reject");
    if (policy === "wait") return undefined;
    if (policy === "drop-oldest") {
      while (this.#isFull(bytes) && this.#dropOldest());
      if (!this.#isFull(bytes)) return undefined;
    }
    if (policy !== "reject") {
      this.#totals.drops.newest++;
      return Promise.resolve();
    }
    this.#totals.drops.rejected++;
    return Promise.reject(
      queueFull(this.#options.endpoint(), this.#totals.queued, this.#totals.queuedBytes),
    );
  }

  #dropOldest(): boolean {
    for (const entry of this.#entries) {
      // The message that zeromq.js has in hand is already being sent.
      if (entry === this.#attempted || entry.wait.settled) continue;
      this.#totals.drops.oldest++;
      entry.wait.resolve();
      this.#forget(entry);
      return true;
    }
    return false;
  }

  /** Removes a settled entry from the counts; it leaves the queue when it reaches the front. */
  #forget(entry: Entry): void {
    this.#totals.countQueued(-1, -entry.bytes);
    entry.frames = [];
    if (this.#entries.size > 2 * this.#totals.queued + 16)
      this.#entries.filter((each) => !each.wait.settled || each === this.#attempted);
  }

  /** The first entry that still waits. */
  #next(): Entry | undefined {
    while (this.#entries.first?.wait.settled) this.#entries.shift();
    return this.#entries.first;
  }

  async #drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    for (let entry = this.#next(); entry !== undefined; entry = this.#next()) {
      if (this.#inTurn >= MOST_IN_A_TURN) {
        await new Promise(setImmediate);
        this.#inTurn = 0;
      } else if (entry.mayGiveUp && !this.#socket.writable) {
        await delay(LOOK_FOR_ROOM_MS);
      } else {
        const attempt = this.#try(entry.frames, SEND_ATTEMPT_MS);
        if (attempt === undefined) await this.#attempt.catch(() => {});
        else await this.#settle(entry, attempt);
      }
    }
    this.#draining = false;
  }

  async #settle(entry: Entry, attempt: Promise<void>): Promise<void> {
    this.#attempted = entry;
    const { frames } = entry;
    try {
      await attempt;
      this.#totals.countSent(frames);
      // The caller was told otherwise while zeromq.js had the message in hand.
      if (entry.drop !== undefined) this.#totals.drops[entry.drop]--;
      else this.#done(entry, () => entry.wait.resolve());
    } catch (error) {
      if (entry.drop !== undefined || this.#retries(error)) return;
      const converted = this.#converted(error);
      this.#done(entry, () => entry.wait.reject(converted));
    } finally {
      this.#attempted = undefined;
    }
  }

  /** Ends the first entry, once removed, so that the caller's next send sees the true queue. */
  #done(entry: Entry, end: () => void): void {
    this.#attempted = undefined;
    end();
    this.#forget(entry);
    this.#next();
  }

  /** Starts a send; returns `undefined` while another is pending. */
  #try(frames: Uint8Array[], patienceMs: number): Promise<void> | undefined {
    this.#inTurn++;
    try {
      if (this.#patienceMs !== patienceMs) {
        this.#patienceMs = patienceMs;
        this.#socket.sendTimeout = patienceMs;
      }
      const attempt = this.#socket.send(frames);
      this.#attempt = attempt;
      return attempt;
    } catch (error) {
      if (systemCode(error) === "EBUSY") return undefined;
      return Promise.reject(error);
    }
  }

  #countDrop(drop: keyof Drops, entry: Entry): void {
    this.#totals.drops[drop]++;
    entry.drop = drop;
  }

  #retries(error: unknown): boolean {
    return this.#options.retryWhenBusy && !this.#closed && systemCode(error) === "EAGAIN";
  }

  #converted(cause: unknown): DividereError {
    if (this.#closed) {
      this.#totals.drops.closed++;
      return linkClosed(this.#options.endpoint());
    }
    const error = sendError(this.#options.endpoint(), cause);
    this.#totals.drops[dropOf(error)]++;
    return error;
  }
}
