import { SEND_ATTEMPT_MS, type WhenFull } from "../queue/send-queue.js";
import type { StatusEvent } from "./monitor.js";

/** Options for every connector. */
export interface ConnectorOptions {
  /**
   * How many messages libzmq holds for a peer that does not read as fast as it is written to. At
   * the mark a publisher or router drops, the others make `send` wait. 1,000 by default; 0 is no
   * mark.
   */
  sendHighWaterMark?: number;
  /**
   * How many messages libzmq holds from a peer until they are received. 1,000 by default; 0 is no
   * mark.
   */
  receiveHighWaterMark?: number;
  /**
   * How many messages may wait before the socket while it has no room, on top of the high-water
   * mark. 1,000 by default.
   */
  sendQueueLimit?: number;
  /**
   * What happens to a message that finds that queue full: `reject` fails its `send` with
   * `QUEUE_FULL`, `drop-newest` and `drop-oldest` count it in `dropped`. `reject`
   * by default.
   */
  whenFull?: WhenFull;
  /**
   * How long messages that were sent may take to leave after `close()`, in milliseconds. 1,000 by
   * default, 0 for a subscriber.
   */
  lingerMs?: number;
  /**
   * The largest message that is accepted, in bytes; a peer that sends a larger one is disconnected.
   * No limit by default.
   */
  maxMessageSize?: number;
  /** The same as {@link Connector.onStatus}, from the first change on. */
  onStatus?: (event: StatusEvent) => void;
}

/** The options of a zeromq.js socket that follow from a connector's. */
export interface SocketSettings {
  linger: number;
  maxMessageSize: number;
}

/** The settings of a socket that any connector has. */
export function socketSettings(options: ConnectorOptions): SocketSettings {
  return { linger: options.lingerMs ?? 1_000, maxMessageSize: options.maxMessageSize ?? -1 };
}

/** The settings of a socket that sends. */
export function sendSettings(options: ConnectorOptions): {
  sendHighWaterMark: number;
  sendTimeout: number;
} {
  return { sendHighWaterMark: options.sendHighWaterMark ?? 1_000, sendTimeout: SEND_ATTEMPT_MS };
}

/** The settings of a socket that receives. */
export function receiveSettings(options: ConnectorOptions): { receiveHighWaterMark: number } {
  return { receiveHighWaterMark: options.receiveHighWaterMark ?? 1_000 };
}
