import { XPublisher } from "zeromq";
import { log } from "../base/log.js";
import { openWait, type WaitOptions } from "../base/wait.js";
import { toTopic } from "./frames/topic.js";
import { ReceiveQueue } from "./queue/receive-queue.js";
import type { SendQueue } from "./queue/send-queue.js";
import { Connector } from "./socket/connector.js";
import type { Endpoints } from "./socket/endpoint.js";
import {
  type ConnectorOptions,
  receiveSettings,
  sendSettings,
  socketSettings,
} from "./socket/options.js";

/** How to wait for subscribers. */
export interface WaitForSubscribersOptions extends WaitOptions {
  /** Counts those who would get a message that begins so. Every subscription counts by default. */
  topic?: string | Uint8Array;
}

/**
 * Publishes bytes to whoever has subscribed (Python: `connection.Publisher`). A message goes to the
 * subscribers of the moment; one who comes later does not get it, and one who reads too slowly
 * loses what is above the high-water mark.
 *
 * Always binds, unless the endpoint begins with `>`. Inside is an XPUB socket, which sends what a
 * PUB socket sends and also hears of subscriptions.
 *
 * @example
 * ```ts
 * import { Publisher } from "dividere/connection";
 *
 * await using publisher = new Publisher("tcp://127.0.0.1:5556");
 * await publisher.waitForSubscribers(1, { topic: "weather" });
 * await publisher.send(Buffer.from("weather: sunny"));
 * ```
 */
export class Publisher extends Connector<XPublisher> {
  readonly #out: SendQueue;
  readonly #in: ReceiveQueue;
  readonly #subscriptions = new Map<string, { readonly topic: Buffer; count: number }>();
  readonly #onChange = new Set<() => void>();
  #onSubscription: (() => void) | undefined;

  /** @throws ConnectionError when an endpoint is invalid or cannot be bound. */
  constructor(endpoints: Endpoints, options: ConnectorOptions = {}) {
    const socket = new XPublisher({
      ...socketSettings(options),
      ...sendSettings(options),
      ...receiveSettings(options),
      verbosity: "allSubsUnsubs",
    });
    super(socket, endpoints, "bind", options);
    this.#out = this.sendQueue(socket, options);
    this.#in = new ReceiveQueue(socket, { endpoint: () => this.describe() });
    void this.#followSubscriptions();
  }

  /** How many messages `whenFull` has dropped. */
  get dropped(): number {
    return this.#out.dropped;
  }

  /**
   * Publishes a message of one frame. The promise is fulfilled once libzmq has taken it, in the
   * order of the calls. A message of more than 128 bytes is not copied: leave its bytes as they are
   * afterwards.
   */
  send(message: Uint8Array, options?: WaitOptions): Promise<void> {
    return this.#out.send([message], options);
  }

  /**
   * How many subscriptions there are, or how many of them get a message that begins with `topic`.
   */
  subscriptionCount(topic?: string | Uint8Array): number {
    const prefix = topic === undefined ? undefined : toTopic(topic);
    let count = 0;
    for (const each of this.#subscriptions.values()) {
      if (prefix === undefined || startsWith(prefix, each.topic)) count += each.count;
    }
    return count;
  }

  /**
   * Fulfilled once there are `count` subscriptions, at once if there are already. Use this
   * instead of sleeping until subscribers connect.
   */
  waitForSubscribers(count = 1, options: WaitForSubscribersOptions = {}): Promise<void> {
    return this._waitUntil(
      () => this.subscriptionCount(options.topic) >= count,
      options,
      () =>
        `while ${this.describe()} waited for ${count} subscription${count === 1 ? "" : "s"}; it has ${this.subscriptionCount(options.topic)}`,
    );
  }

  /**
   * @internal Fulfilled once `met` holds, which is asked again whenever somebody subscribes or
   *   unsubscribes.
   */
  _waitUntil(
    met: () => boolean,
    options: WaitOptions | undefined,
    describe: () => string,
  ): Promise<void> {
    const wait = openWait<void>(options, describe, () => this.#onChange.delete(check));
    const check = (): void => {
      if (this.closed) wait.reject(this.closedError());
      else if (met()) wait.resolve();
      if (wait.settled) this.#onChange.delete(check);
    };
    this.#onChange.add(check);
    check();
    return wait.promise;
  }

  /** @internal Calls `listener` at each subscription that comes from now on. */
  _onSubscription(listener: () => void): void {
    this.#onSubscription = listener;
  }

  protected override release(): void {
    this.#out.close();
    this.#in.close();
    for (const check of [...this.#onChange]) check();
  }

  async #followSubscriptions(): Promise<void> {
    while (!this.closed) {
      try {
        const [frame] = await this.#in.receive();
        if (frame !== undefined) this.#note(frame);
      } catch (error) {
        if (!this.closed)
          log(
            "connection",
            "error",
            { err: error },
            `${this.describe()} no longer hears of subscriptions`,
          );
        return;
      }
    }
  }

  /**
   * RFC 29/PUBSUB: a subscription is the byte 1 and the topic, the end of one is 0 and the topic.
   */
  #note(frame: Buffer): void {
    const change = frame[0] === 1 ? 1 : frame[0] === 0 ? -1 : 0;
    if (change === 0) return;
    const topic = frame.subarray(1);
    const key = topic.toString("latin1");
    const entry = this.#subscriptions.get(key) ?? { topic, count: 0 };
    entry.count += change;
    if (entry.count > 0) this.#subscriptions.set(key, entry);
    else this.#subscriptions.delete(key);
    for (const check of [...this.#onChange]) check();
    if (change > 0) this.#onSubscription?.();
  }
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return prefix.length <= bytes.length && prefix.every((byte, index) => bytes[index] === byte);
}
