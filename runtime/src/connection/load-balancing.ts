/**
 * A broker between clients and workers that carry bytes (Python:
 * `connection.LoadBalancingPattern`).
 *
 * @module
 */
export type { BrokerCounters, BrokerOptions, BrokerWorkers } from "./load-balancing-balancer.js";
export { Broker } from "./load-balancing-broker.js";
export { Client, type ClientOptions } from "./load-balancing-client.js";
export type { WorkerOptions } from "./load-balancing-dealer.js";
export { type Work, type WorkContext, Worker } from "./load-balancing-worker.js";
