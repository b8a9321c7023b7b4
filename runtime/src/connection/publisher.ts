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
import { PatientSocket } from "./socket/patient-socket.js";

/** Options for {@link Publisher}. */
export interface PublisherOptions extends ConnectorOptions {
  /**
   * What becomes of a message while one of its subscribers reads more slowly than it is published, and
   * `sendHighWaterMark` messages wait for that subscriber:
   *
   * - `drop`, by default: libzmq drops it for this subscriber, as Python's publishers do, and tells
   *   nobody. The others get it.
   * - `wait`: it waits before the socket until all its subscribers have room, and `whenFull` decides
   *   about a message that finds that queue full. `stats` counts everything that is dropped. The
   *   slowest subscriber sets the pace for all; heartbeats end the connection of one that has stopped.
   */
  slowSubscribers?: "drop" | "wait";
}

/** Options for waiting for subscribers. */
export interface WaitForSubscribersOptions extends WaitOptions {
  /**
   * Counts only the subscriptions that match a message with this beginning. By default every
   * subscription counts.
   */
  topic?: string | Uint8Array;
}

/**
 * Publishes bytes to all subscribers (Python: `connection.Publisher`). A message goes to the
 * current subscribers; a later subscriber does not get it, and a subscriber that reads too slowly
 * loses the messages above the high-water mark, unless `slowSubscribers` is `wait`.
 *
 * Always binds, unless the endpoint begins with `>`. The underlying XPUB socket sends like a PUB
 * socket and also receives subscriptions.
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
  constructor(endpoints: Endpoints, options: PublisherOptions = {}) {
    const waits = options.slowSubscribers === "wait";
    const socket = new XPublisher({
      ...socketSettings(options),
      ...sendSettings(options),
      ...receiveSettings(options),
      verbosity: "allSubsUnsubs",
      noDrop: waits,
    });
    super(socket, endpoints, "bind", options);
    this.#out = this.sendQueue(waits ? new PatientSocket(socket) : socket, options);
    this.#subscriptions = new Subscriptions(socket, () => this.describe());
  }

  /** The number of messages that `whenFull` has dropped. */
  get dropped(): number {
    return this.#out.dropped;
  }

  /**
   * Publishes a message of one frame. The promise is fulfilled once libzmq has accepted the
   * message, in the order of the calls. A message of more than 128 bytes is not copied: do not
   * change its bytes afterwards.
   */
  send(message: Uint8Array, options?: WaitOptions): Promise<void> {
    return this.#out.send([message], options);
  }

  /**
   * Returns the number of subscriptions, or of those that match a message which begins with
   * `topic`. A subscription is counted up to 50 ms after its arrival, and at once while
   * {@link waitForSubscribers} waits.
   */
  subscriptionCount(topic?: string | Uint8Array): number {
    return this.#subscriptions.count(topic === undefined ? undefined : toTopic(topic));
  }

  /**
   * Waits until there are `count` subscriptions. Use this instead of sleeping until subscribers
   * connect.
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
   * @internal Waits until `met` returns true, which is called again at each subscription and
   *   unsubscription.
   */
  _waitUntil(
    met: () => boolean,
    options: WaitOptions | undefined,
    describe: () => string,
  ): Promise<void> {
    return this.#subscriptions.waitUntil(met, options, describe, () => this.closedError());
  }

  /**
   * @internal Calls `listener` with the topic of each subscription that comes from now on.
   *
   * @param eager - At once, for which the process is kept alive; otherwise within 50 ms.
   */
  _onSubscription(listener: (topic: Uint8Array) => void, eager = true): void {
    this.#subscriptions.onSubscription(listener, eager);
  }

  /**
   * @internal Calls `follower` with the topic of each subscription from now on, and of each that
   *   ends, within 50 ms and before {@link _unread} is false.
   */
  _followSubscriptions(follower: (topic: Uint8Array, change: 1 | -1) => void): void {
    this.#subscriptions.follow(follower);
  }

  /**
   * @internal Whether a subscription may have taken effect of which the followers have not heard.
   */
  get _unread(): boolean {
    return this.#subscriptions.unread;
  }

  /** @internal The queue before the socket. */
  get _queue(): SendQueue {
    return this.#out;
  }

  protected override release(): void {
    this.#out.close();
    this.#subscriptions.close();
  }
}
