import { Balancer } from "../../connection/load-balancing/balancer.js";
import type { BrokerOptions } from "../../connection/load-balancing/broker-options.js";
import type { Listening } from "../../connection/socket/listening.js";
import { brokerEnvelopes } from "./signals.js";

/**
 * Hands each client's request to the server that has been free longest, and its answer back to the
 * client (Python: `messaging.LoadBalancingPattern.Broker`; ZeroMQ guide, chapter 4, "Paranoid
 * Pirate"). Clients are this package's {@link Client}, generated request clients, `Request` and
 * `Dealer`, or Python's; servers are {@link Server}, reactors with a {@link ServerLink}, or
 * Python's.
 *
 * A server is busy from the request until its answer. One that is free is sent a `Heartbeat` after
 * `heartbeatIntervalMs` of silence, and taken for dead after twice that time. Requests that find no
 * server wait, up to `queueLimit`, and for as long as their client does where it said so. What
 * comes when the queue is full, or is no envelope, is refused: with a status to a client that reads
 * one, with `ack { ok: false }` to a plain one, such as Python's. Each has a count of its own in
 * {@link counters}.
 *
 * Runs from the moment it is made until {@link stop}.
 *
 * @example
 * ```ts
 * import { LoadBalancing, stopOnSignals } from "dividere/messaging";
 *
 * // Clients connect to port 6000, servers to port 6001.
 * await using broker = new LoadBalancing.Broker("tcp://127.0.0.1:6000", "tcp://127.0.0.1:6001");
 * stopOnSignals(broker);
 * await broker.stopped;
 * ```
 */
export class Broker extends Balancer {
  /**
   * @param frontend - Where clients connect: a port on every address of this machine, or endpoints
   *   to bind. 0 and `tcp://127.0.0.1:*` take a free port; see {@link frontendEndpoints}.
   * @param backend - Where servers connect.
   * @throws ConnectionError when an endpoint is invalid or cannot be bound; nothing stays open
   *   then.
   */
  constructor(frontend: Listening, backend: Listening, options: BrokerOptions = {}) {
    super(frontend, backend, options, brokerEnvelopes);
  }
}
