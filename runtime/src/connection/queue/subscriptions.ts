import { systemCode } from "../../base/errors.js";
import { log } from "../../base/log.js";
import { openWait, type WaitOptions } from "../../base/wait.js";
import type { ReadableSocket } from "./parts/readable-socket.js";

/**
 * The interval between checks of an XPUB socket while no call waits for subscriptions, in
 * milliseconds.
 */
const LOOK_EVERY_MS = 50;

/** The topic of a subscription to all messages. */
const ANY = new Uint8Array(0);

/** The longest time that a receive goes on when no call waits any more, in milliseconds. */
const RECEIVE_SLICE_MS = 50;

/**
 * Follows the subscriptions that arrive at an XPUB socket (RFC 29/PUBSUB). While a call waits for
 * subscriptions, a receive of the socket is pending and keeps the process alive; at other times the
 * socket is only checked at intervals, because a pending receive makes each send slower.
 */
export class Subscriptions {
  readonly #socket: ReadableSocket;
  readonly #describe: () => string;
  readonly #byTopic = new Map<string, { readonly topic: Buffer; count: number }>();
  readonly #checks = new Set<() => void>();
  readonly #timer: NodeJS.Timeout;
  readonly #listeners: ((topic: Uint8Array) => void)[] = [];
  readonly #followers: ((topic: Uint8Array, change: 1 | -1) => void)[] = [];
  /** Whether a message from the socket may be on its way to {@link #note}. */
  #underWay = false;
  /** Whether a listener is to hear of a subscription at once. */
  #eager = false;
  #reading = false;
  #closed = false;

  constructor(socket: ReadableSocket, describe: () => string) {
    this.#socket = socket;
    this.#describe = describe;
    socket.receiveTimeout = RECEIVE_SLICE_MS;
    this.#timer = setInterval(() => this.#follow(), LOOK_EVERY_MS).unref();
  }

  /**
   * Returns the number of subscriptions, or of those that match a message which begins with
   * `prefix`.
   */
  count(prefix?: Uint8Array): number {
    let count = 0;
    for (const each of this.#byTopic.values()) {
      if (prefix === undefined || startsWith(prefix, each.topic)) count += each.count;
    }
    return count;
  }

  /**
   * Waits until `met` returns true, which is called again at each change.
   *
   * @param closed - The error to reject with when the publisher is closed.
   */
  waitUntil(
    met: () => boolean,
    options: WaitOptions | undefined,
    describe: () => string,
    closed: () => Error,
  ): Promise<void> {
    const wait = openWait<void>(options, describe, () => this.#checks.delete(check));
    const check = (): void => {
      if (this.#closed) wait.reject(closed());
      else if (met()) wait.resolve();
      if (wait.settled) this.#checks.delete(check);
    };
    this.#checks.add(check);
    check();
    this.#follow();
    return wait.promise;
  }

  /**
   * Calls `listener` with the topic of each subscription from now on.
   *
   * @param eager - At once, for which the process is kept alive; otherwise within 50 ms.
   */
  onSubscription(listener: (topic: Uint8Array) => void, eager: boolean): void {
    this.#listeners.push(listener);
    this.#eager ||= eager;
    if (eager) this.#follow();
  }

  /**
   * Calls `follower` with the topic of each subscription from now on, and of each that ends, within
   * 50 ms and before {@link unread} is false.
   */
  follow(follower: (topic: Uint8Array, change: 1 | -1) => void): void {
    this.#followers.push(follower);
  }

  /**
   * Whether a subscription may have taken effect of which the followers have not heard. Has libzmq
   * process what has arrived.
   */
  get unread(): boolean {
    if (this.#underWay) return true;
    if (this.#closed || !this.#socket.readable) return false;
    this.#follow();
    return true;
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const check of [...this.#checks]) check();
  }

  /** Whether a receive may wait for the next subscription. */
  get #awaited(): boolean {
    return this.#checks.size > 0 || this.#eager;
  }

  #follow(): void {
    if (this.#reading || this.#closed) return;
    if (this.#awaited || this.#socket.readable) void this.#read();
  }

  async #read(): Promise<void> {
    this.#reading = true;
    try {
      while (!this.#closed && (this.#awaited || this.#socket.readable)) {
        const [frame] = await this.#receive();
        this.#underWay = false;
        if (frame !== undefined) this.#note(frame);
      }
    } catch (error) {
      // Further subscriptions stay unknown; messages are sent all the same, one by one.
      clearInterval(this.#timer);
      for (const follower of this.#followers) follower(ANY, 1);
      if (!this.#closed)
        log(
          "connection",
          "error",
          { err: error },
          `${this.#describe()} no longer hears of subscriptions`,
        );
    } finally {
      this.#reading = false;
    }
  }

  /** Receives a message; returns no frames if none arrives in time. */
  async #receive(): Promise<readonly Buffer[]> {
    // A message that is there is received now and noted some microtasks later.
    this.#underWay = true;
    setImmediate(this.#isIdle);
    try {
      return await this.#socket.receive();
    } catch (error) {
      if (systemCode(error) === "EAGAIN") return [];
      throw error;
    }
  }

  readonly #isIdle = (): void => {
    this.#underWay = false;
  };

  /**
   * Notes a frame: a subscription is the byte 1 and the topic, its end is the byte 0 and the topic.
   */
  #note(frame: Buffer): void {
    const change = frame[0] === 1 ? 1 : frame[0] === 0 ? -1 : 0;
    if (change === 0) return;
    const topic = frame.subarray(1);
    const key = topic.toString("latin1");
    const entry = this.#byTopic.get(key) ?? { topic, count: 0 };
    entry.count += change;
    if (entry.count > 0) this.#byTopic.set(key, entry);
    else this.#byTopic.delete(key);
    for (const follower of this.#followers) follower(topic, change);
    for (const check of [...this.#checks]) check();
    if (change > 0) for (const listener of this.#listeners) listener(topic);
  }
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return prefix.length <= bytes.length && prefix.every((byte, index) => bytes[index] === byte);
}
