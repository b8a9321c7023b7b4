/**
 * A broker between clients and workers that exchange bytes (Python:
 * `connection.LoadBalancingPattern`).
 *
 * @module
 */
export { Broker } from "./broker.js";
export type { BrokerCounters, BrokerOptions, BrokerWorkers } from "./broker-options.js";
export { Client, type ClientOptions } from "./client.js";
export { type Work, type WorkContext, Worker } from "./worker.js";
export type { WorkerOptions } from "./worker-dealer.js";
