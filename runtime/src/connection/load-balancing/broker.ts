import type { Listening } from "../socket/listening.js";
import { Balancer } from "./balancer.js";
import type { BrokerOptions } from "./broker-options.js";
import { brokerBytes } from "./signals.js";

/**
 * Hands each client's request to the worker that has been free longest, and its answer back to the
 * client (Python: `connection.LoadBalancingPattern.Broker`; ZeroMQ guide, chapter 4, "Paranoid
 * Pirate"). Clients and workers are this package's or Python's.
 *
 * A worker is busy from the request until its answer. One that is free is sent a heartbeat after
 * `heartbeatIntervalMs` of silence, and taken for dead after twice that time. Requests that find no
 * worker wait, up to `queueLimit`; what comes then is dropped, and so is what makes no sense, each
 * in a count of its own in {@link counters}. A client that sees no answer sends its request again.
 *
 * Runs from the moment it is made until {@link stop}.
 *
 * @example
 * ```ts
 * import { LoadBalancing, stopOnSignals } from "dividere/connection";
 *
 * // Clients connect to port 6000, workers to port 6001.
 * await using broker = new LoadBalancing.Broker("tcp://127.0.0.1:6000", "tcp://127.0.0.1:6001");
 * stopOnSignals(broker);
 * await broker.stopped;
 * ```
 */
export class Broker extends Balancer {
  /**
   * @param frontend - Where clients connect: a port on every address of this machine, or endpoints
   *   to bind. 0 and `tcp://127.0.0.1:*` take a free port; see {@link frontendEndpoints}.
   * @param backend - Where workers connect.
   * @throws ConnectionError when an endpoint is invalid or cannot be bound; nothing stays open
   *   then.
   */
  constructor(frontend: Listening, backend: Listening, options: BrokerOptions = {}) {
    super(frontend, backend, options, brokerBytes);
  }
}
