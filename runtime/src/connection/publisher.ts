import { XPublisher } from "zeromq";
import type { WaitOptions } from "../base/wait.js";
import { toTopic } from "./frames/topic.js";
import type { SendQueue } from "./queue/send-queue.js";
import { Subscriptions } from "./queue/subscriptions.js";
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
  readonly #subscriptions: Subscriptions;

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
    this.#subscriptions = new Subscriptions(socket, () => this.describe());
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
   * The number of subscriptions, or of those that get a message which begins with `topic`. A
   * subscription counts up to 50 ms after it has arrived, and at once while
   * {@link waitForSubscribers} waits.
   */
  subscriptionCount(topic?: string | Uint8Array): number {
    return this.#subscriptions.count(topic === undefined ? undefined : toTopic(topic));
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
        `while ${this.describe()} waited for ${count} subscription${count === 1 ? "" : "s"}; it has ${this.subscriptionCount(options.topic)}${this._hint}`,
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
    return this.#subscriptions.waitUntil(met, options, describe, () => this.closedError());
  }

  /** @internal Calls `listener` at each subscription that comes from now on. */
  _onSubscription(listener: () => void): void {
    this.#subscriptions.onSubscription(listener);
  }

  protected override release(): void {
    this.#out.close();
    this.#subscriptions.close();
  }
}
