import type { Context } from "zeromq";
import type { WhenFull } from "../queue/send-options.js";
import type { Security } from "../security/options.js";
import { securedContext } from "../security/zap.js";
import type { StatusEvent } from "./monitor.js";

/** 2^20 bytes. */
export const MEBIBYTE: number = 1 << 20;

/** How a connection is watched while nothing else is sent over it. */
export interface HeartbeatOptions {
  /** The time between two heartbeats, in milliseconds. 2,000 by default. */
  intervalMs?: number;
  /**
   * How long a peer may be silent before the connection is given up, in milliseconds. Three times
   * the interval by default.
   */
  timeoutMs?: number;
}

/** Options for every connector. */
export interface ConnectorOptions {
  /**
   * The number of messages that libzmq holds for a peer that reads more slowly than it is written
   * to. At the mark a publisher drops, a router fails, and the others make `send` wait. 1,000 by
   * default; 0 is no mark.
   */
  sendHighWaterMark?: number;
  /**
   * The number of messages that libzmq holds from a peer until they are received. 1,000 by default;
   * 0 is no mark.
   */
  receiveHighWaterMark?: number;
  /**
   * The number of messages that may wait before the socket while it has no room, on top of the
   * high-water mark. 1,000 by default.
   */
  sendQueueLimit?: number;
  /**
   * The number of bytes that those messages may have together. 64 MiB by default; a single message
   * may be larger.
   */
  sendQueueBytes?: number;
  /**
   * The policy for a message that finds that queue full: `wait` lets its `send` wait for room,
   * within its time-out; `reject` fails its `send` with `QUEUE_FULL`; `drop-newest` and
   * `drop-oldest` drop a message and fulfil its `send`. Each outcome is counted in `stats`.
   *
   * By default a `send` with `timeoutMs` or `signal` waits and another is rejected: only the first
   * has said how long it may take, and messages that wait without end would take all memory.
   */
  whenFull?: WhenFull;
  /**
   * How long messages that were sent may take to leave after `close()`, in milliseconds. 1,000 by
   * default, 0 for a subscriber.
   */
  lingerMs?: number;
  /**
   * The largest message that is accepted, in bytes; a peer that sends a larger one is disconnected.
   * 128 MiB by default: a stranger can make this process take so much memory for each connection,
   * and no more. -1 is no limit.
   */
  maxMessageSize?: number;
  /**
   * Heartbeats notice a peer that has stopped and a link that no longer delivers: the connection is
   * then given up, which is the status `disconnected`, and a socket that connects tries again. On by
   * default; `false` switches them off. libzmq sends and answers them in a thread of its own, so a
   * blocked event loop ends no connection, and peers in other languages answer them too.
   */
  heartbeat?: HeartbeatOptions | false;
  /**
   * How long a peer may take to shake hands before it is disconnected, in milliseconds. 10,000 by
   * default.
   */
  handshakeTimeoutMs?: number;
  /**
   * Encrypts and authenticates every connection with CURVE, see docs/security.md. Without it the
   * socket's messages can be read and sent by whoever reaches its endpoints.
   */
  security?: Security;
  /** The same as {@link Connector.onStatus}, from the first change on. */
  onStatus?: (event: StatusEvent) => void;
}

/** The options of a zeromq.js socket that follow from a connector's. */
export interface SocketSettings {
  linger: number;
  maxMessageSize: number;
  handshakeInterval: number;
  backlog: number;
  heartbeatInterval: number;
  heartbeatTimeout: number;
  heartbeatTimeToLive: number;
  context?: Context;
}

/** The number of connections that the system holds until they are accepted: a burst of clients. */
const BACKLOG = 1_024;

/** The settings of a socket that any connector has. */
export function socketSettings(options: ConnectorOptions): SocketSettings {
  const { intervalMs = 2_000, timeoutMs = 3 * intervalMs } =
    options.heartbeat === false ? { intervalMs: 0 } : (options.heartbeat ?? {});
  return {
    linger: options.lingerMs ?? 1_000,
    maxMessageSize: options.maxMessageSize ?? 128 * MEBIBYTE,
    handshakeInterval: options.handshakeTimeoutMs ?? 10_000,
    backlog: BACKLOG,
    heartbeatInterval: intervalMs,
    heartbeatTimeout: timeoutMs,
    // The peer is asked to give this side up after the same time.
    heartbeatTimeToLive: timeoutMs,
    // A server's keys are checked by the handler of its own context.
    ...(options.security?.allow !== undefined && { context: securedContext() }),
  };
}

/** The settings of a socket that sends; the queue before it waits for room. */
export function sendSettings(options: ConnectorOptions): {
  sendHighWaterMark: number;
  sendTimeout: number;
} {
  return { sendHighWaterMark: options.sendHighWaterMark ?? 1_000, sendTimeout: 0 };
}

/** The settings of a socket that receives. */
export function receiveSettings(options: ConnectorOptions): { receiveHighWaterMark: number } {
  return { receiveHighWaterMark: options.receiveHighWaterMark ?? 1_000 };
}
