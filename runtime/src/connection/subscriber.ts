import { Subscriber as SubscriberSocket } from "zeromq";
import { EMPTY } from "./frames/routed.js";
import { toTopic } from "./frames/topic.js";
import type { Endpoints } from "./socket/endpoint.js";
import { type ConnectorOptions, receiveSettings, socketSettings } from "./socket/options.js";
import { Receiver } from "./socket/receiver.js";

/** Options for {@link Subscriber}. */
export interface SubscriberOptions extends ConnectorOptions {
  /** The prefixes of the messages to get. All messages by default; none for an empty list. */
  topics?: readonly (string | Uint8Array)[];
}

/**
 * Receives what publishers send (Python: `connection.Subscriber`), from several publishers where
 * several endpoints are given. Connects, unless the endpoint begins with `@`; one that is bound
 * tells its publishers what it wants when it is read from.
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
  /** @throws ConnectionError when an endpoint is invalid. */
  constructor(endpoints: Endpoints, options: SubscriberOptions = {}) {
    // All that it sends is what it subscribes to, and a closed subscriber wants nothing any more.
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
   * Adds the messages that begin with `topic`. The publisher hears of it some time after the call.
   */
  subscribe(topic: string | Uint8Array): void {
    this.socket.subscribe(toTopic(topic));
  }

  /** Takes one subscription of `topic` back. */
  unsubscribe(topic: string | Uint8Array): void {
    this.socket.unsubscribe(toTopic(topic));
  }

  /** The first frame: a publisher of dividere sends no more. */
  protected override received(frames: Buffer[]): Uint8Array {
    return frames[0] ?? EMPTY;
  }
}

/** ZMQ_SNDHWM, which zeromq.js leaves out for sockets that only receive. */
const SEND_HIGH_WATER_MARK = 23;

/**
 * A subscription is a message to the publisher, and libzmq drops those above the mark without a word:
 * by default all but the first thousand topics.
 */
function holdEverySubscription(socket: SubscriberSocket): void {
  const options = socket as unknown as { setInt32Option(option: number, value: number): void };
  options.setInt32Option(SEND_HIGH_WATER_MARK, 0);
}
