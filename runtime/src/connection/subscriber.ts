import { Subscriber as SubscriberSocket } from "zeromq";
import { EMPTY, keyOf } from "./frames/routed.js";
import { toTopic } from "./frames/topic.js";
import type { Endpoints } from "./socket/endpoint.js";
import { type ConnectorOptions, receiveSettings, socketSettings } from "./socket/options.js";
import { Receiver } from "./socket/receiver.js";

/** Options for {@link Subscriber}. */
export interface SubscriberOptions extends ConnectorOptions {
  /** The prefixes of the messages to receive. All messages by default; none for an empty list. */
  topics?: readonly (string | Uint8Array)[];
}

/**
 * Receives published messages (Python: `connection.Subscriber`), from several publishers if several
 * endpoints are given. Connects, unless the endpoint begins with `@`; a bound subscriber sends its
 * subscriptions to its publishers when it is read from.
 *
 * @example
 * ```ts
 * import { Subscriber } from "dividere/connection";
 *
 * await using subscriber = new Subscriber("tcp://127.0.0.1:5556", { topics: ["weather"] });
 * for await (const message of subscriber) console.log(Buffer.from(message).toString());
 * ```
 */
export class Subscriber extends Receiver<SubscriberSocket, Uint8Array> {
  /** The subscriptions of each topic: the publisher counts what it is sent, also a repetition. */
  readonly #counts = new Map<string, number>();

  /** @throws ConnectionError when an endpoint is invalid. */
  constructor(endpoints: Endpoints, options: SubscriberOptions = {}) {
    // A subscriber sends only its subscriptions, which a closed subscriber no longer needs.
    const { lingerMs = 0 } = options;
    const socket = new SubscriberSocket({
      ...socketSettings({ ...options, lingerMs }),
      ...receiveSettings(options),
    });
    holdEverySubscription(socket);
    super(socket, endpoints, "connect", options);
    for (const topic of options.topics ?? [""]) this.subscribe(topic);
  }

  /**
   * Adds the messages that begin with `topic`. The publisher learns of the subscription some time
   * after the call. A topic that is subscribed twice comes once, counts once at the publisher, and ends
   * when it is unsubscribed twice.
   */
  subscribe(topic: string | Uint8Array): void {
    const bytes = toTopic(topic);
    const key = keyOf(bytes);
    const count = this.#counts.get(key) ?? 0;
    this.#counts.set(key, count + 1);
    if (count === 0) this.socket.subscribe(bytes);
  }

  /** Removes one subscription of `topic`; does nothing if there is none. */
  unsubscribe(topic: string | Uint8Array): void {
    const bytes = toTopic(topic);
    const key = keyOf(bytes);
    const count = this.#counts.get(key);
    if (count === undefined) return;
    if (count > 1) this.#counts.set(key, count - 1);
    else {
      this.#counts.delete(key);
      this.socket.unsubscribe(bytes);
    }
  }

  /** Returns the first frame: a publisher of dividere sends only one. */
  protected override received(frames: Buffer[]): Uint8Array {
    return frames[0] ?? EMPTY;
  }
}

/** ZMQ_SNDHWM, which zeromq.js leaves out for sockets that only receive. */
const SEND_HIGH_WATER_MARK = 23;

/**
 * Removes the limit on held subscriptions. A subscription is a message to the publisher, and libzmq
 * silently drops those above the mark: by default all but the first thousand topics.
 */
function holdEverySubscription(socket: SubscriberSocket): void {
  const options = socket as unknown as { setInt32Option(option: number, value: number): void };
  options.setInt32Option(SEND_HIGH_WATER_MARK, 0);
}
