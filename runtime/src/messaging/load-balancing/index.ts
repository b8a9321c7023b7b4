/**
 * A broker between clients and servers that exchange messages (Python:
 * `messaging.LoadBalancingPattern`).
 *
 * @module
 */
export type {
  BrokerCounters,
  BrokerOptions,
  BrokerWorkers,
} from "../../connection/load-balancing/broker-options.js";
export type { WorkerOptions as ServerLinkOptions } from "../../connection/load-balancing/worker-dealer.js";
export { Broker } from "./broker.js";
export { Client, type ClientOptions } from "./client.js";
export { Server, type ServerOptions } from "./server.js";
export { ServerLink } from "./server-link.js";
