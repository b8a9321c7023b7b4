import type { Context } from "zeromq";
import type { WhenFull } from "../queue/send-options.js";
import type { Security } from "../security/options.js";
import { securedContext } from "../security/zap.js";
import type { StatusEvent } from "./monitor/monitor.js";

/** 2^20 bytes. */
export const MEBIBYTE: number = 1 << 20;

/** Options for watching a connection while no messages are sent over it. */
export interface HeartbeatOptions {
  /** The time between two heartbeats, in milliseconds. 2,000 by default. */
  intervalMs?: number;
  /**
   * The silence of a peer after which the connection is given up, in milliseconds. Three times the
   * interval by default.
   */
  timeoutMs?: number;
}

/** Options for every connector. */
export interface ConnectorOptions {
  /**
   * The number of messages that libzmq holds for a peer that reads more slowly than this side
   * sends. At the mark a publisher drops messages, a router fails, and the others make `send` wait.
   * 1,000 by default; 0 means no limit.
   */
  sendHighWaterMark?: number;
  /**
   * The number of messages that libzmq holds from a peer until they are received. 1,000 by default;
   * 0 means no limit.
   */
  receiveHighWaterMark?: number;
  /**
   * The number of messages that may wait before the socket while it has no room, in addition to the
   * high-water mark. 1,000 by default.
   */
  sendQueueLimit?: number;
  /**
   * The total number of bytes in those messages. 64 MiB by default; a single message may be larger.
   */
  sendQueueBytes?: number;
  /**
   * The policy for a message when that queue is full: `wait` lets its `send` wait for room, within
   * its time-out; `reject` fails its `send` with `QUEUE_FULL`; `drop-newest` and `drop-oldest` drop
   * a message and fulfil its `send`. Each outcome is counted in `stats`.
   *
   * By default a `send` with `timeoutMs` or `signal` waits, and any other is rejected: only the
   * former limits its wait, and messages that wait without limit would take all memory.
   */
  whenFull?: WhenFull;
  /**
   * The time that sent messages have to leave after `close()`, in milliseconds. 1,000 by default, 0
   * for a subscriber.
   */
  lingerMs?: number;
  /**
   * The largest accepted message, in bytes; a peer that sends a larger one is disconnected. 128 MiB
   * by default, which limits the memory that a stranger can make this process take for each
   * connection. -1 means no limit.
   */
  maxMessageSize?: number;
  /**
   * Heartbeats, which detect a stopped peer or a dead link: the connection is then given up, with
   * the status `disconnected`, and a socket that connects tries again. On by default; `false`
   * switches them off. libzmq sends and answers heartbeats in its own thread, so a blocked event
   * loop ends no connection, and peers in other languages answer them too.
   */
  heartbeat?: HeartbeatOptions | false;
  /**
   * The time limit for the handshake, in milliseconds; a slower peer is disconnected. 10,000 by
   * default.
   */
  handshakeTimeoutMs?: number;
  /**
   * Encrypts and authenticates every connection with CURVE; see docs/security.md. Without this
   * option anyone who reaches the socket's endpoints can read and send its messages.
   */
  security?: Security;
  /**
   * Whether a host name is resolved to an IPv6 address, and `*` takes connections over IPv6 as well as over
   * IPv4. By default `true` if an endpoint has an IPv6 address, which stands in brackets
   * (`tcp://[::1]:5555`), otherwise `false`.
   */
  ipv6?: boolean;
  /** The same as {@link Connector.onStatus}, from the first change on. */
  onStatus?: (event: StatusEvent) => void;
}

/** The options of a zeromq.js socket that follow from the connector's options. */
export interface SocketSettings {
  linger: number;
  maxMessageSize: number;
  handshakeInterval: number;
  backlog: number;
  reconnectInterval: number;
  reconnectMaxInterval: number;
  heartbeatInterval: number;
  heartbeatTimeout: number;
  heartbeatTimeToLive: number;
  context?: Context;
}

/**
 * The number of connections that the system holds until they are accepted, for a burst of clients.
 */
const BACKLOG = 1_024;

/**
 * The time until a connection that could not be made is tried again: doubled after each failure, so that
 * the clients of a server that is away do not keep its machine busy.
 */
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 1_000;

/** Returns the settings that the sockets of all connectors share. */
export function socketSettings(options: ConnectorOptions): SocketSettings {
  const { intervalMs = 2_000, timeoutMs = 3 * intervalMs } =
    options.heartbeat === false ? { intervalMs: 0 } : (options.heartbeat ?? {});
  return {
    linger: options.lingerMs ?? 1_000,
    maxMessageSize: options.maxMessageSize ?? 128 * MEBIBYTE,
    handshakeInterval: options.handshakeTimeoutMs ?? 10_000,
    backlog: BACKLOG,
    reconnectInterval: FIRST_RETRY_MS,
    reconnectMaxInterval: LONGEST_RETRY_MS,
    heartbeatInterval: intervalMs,
    heartbeatTimeout: timeoutMs,
    // This asks the peer to give this side up after the same time.
    heartbeatTimeToLive: timeoutMs,
    // The handler of the server's own context checks the clients' keys.
    ...(options.security?.allow !== undefined && { context: securedContext() }),
  };
}

/** Returns the settings of a socket that sends; the queue before the socket waits for room. */
export function sendSettings(options: ConnectorOptions): {
  sendHighWaterMark: number;
  sendTimeout: number;
} {
  return { sendHighWaterMark: options.sendHighWaterMark ?? 1_000, sendTimeout: 0 };
}

/** Returns the settings of a socket that receives. */
export function receiveSettings(options: ConnectorOptions): { receiveHighWaterMark: number } {
  return { receiveHighWaterMark: options.receiveHighWaterMark ?? 1_000 };
}
