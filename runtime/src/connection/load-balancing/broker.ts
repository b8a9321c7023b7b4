import type { Listening } from "../socket/listening.js";
import { Balancer } from "./balancer.js";
import type { BrokerOptions } from "./broker-options.js";
import { brokerBytes } from "./signals.js";

/**
 * Passes each client's request to the worker that has been free longest, and returns the answer to
 * the client (Python: `connection.LoadBalancingPattern.Broker`; ZeroMQ guide, chapter 4, "Paranoid
 * Pirate"). Clients and workers are this package's or Python's.
 *
 * A worker is busy from the request until its answer. The broker sends a free worker a heartbeat
 * after `heartbeatIntervalMs` of silence, and considers it dead after twice that time. Requests
 * without a free worker wait, up to `queueLimit`; the broker drops further requests and malformed
 * messages, each with a separate count in {@link counters}. A client without an answer sends its
 * request again.
 *
 * Runs from its construction until {@link stop}.
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
   * @param frontend - The side to which clients connect: a port on every address of this machine,
   *   or endpoints to bind. 0 and `tcp://127.0.0.1:*` take a free port; see
   *   {@link frontendEndpoints}.
   * @param backend - The side to which workers connect.
   * @throws ConnectionError when an endpoint is invalid or cannot be bound; no endpoint stays open
   *   then.
   */
  constructor(frontend: Listening, backend: Listening, options: BrokerOptions = {}) {
    super(frontend, backend, options, brokerBytes);
  }
}
