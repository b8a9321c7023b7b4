import { Balancer } from "../../connection/load-balancing/balancer.js";
import type { BrokerOptions } from "../../connection/load-balancing/broker-options.js";
import type { Listening } from "../../connection/socket/listening.js";
import { brokerEnvelopes } from "./signals.js";

/**
 * Passes each client's request to the server that has been free longest, and returns the answer to
 * the client (Python: `messaging.LoadBalancingPattern.Broker`; ZeroMQ guide, chapter 4, "Paranoid
 * Pirate"). Clients are this package's {@link Client}, generated request clients, `Request` and
 * `Dealer`, or Python's; servers are {@link Server}, reactors with a {@link ServerLink}, or
 * Python's.
 *
 * A server is busy from the request until its answer. The broker sends a free server a `Heartbeat`
 * after `heartbeatIntervalMs` of silence, and considers it dead after twice that time. Requests
 * without a free server wait, up to `queueLimit`, and as long as their client waits, if the client
 * said how long. A request is refused when the queue is full or when it is not an envelope: with a
 * status to a client that reads one, with `ack { ok: false }` to a plain client, such as Python's.
 * {@link counters} counts each kind of refusal.
 *
 * Runs from its construction until {@link stop}.
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
   * @param frontend - The side to which clients connect: a port on every address of this machine,
   *   or endpoints to bind. 0 and `tcp://127.0.0.1:*` take a free port; see
   *   {@link frontendEndpoints}.
   * @param backend - The side to which servers connect.
   * @throws ConnectionError when an endpoint is invalid or cannot be bound; no endpoint stays open
   *   then.
   */
  constructor(frontend: Listening, backend: Listening, options: BrokerOptions = {}) {
    super(frontend, backend, options, brokerEnvelopes);
  }
}
