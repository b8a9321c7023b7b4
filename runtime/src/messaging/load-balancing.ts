/**
 * A broker between clients and servers that carry messages (Python:
 * `messaging.LoadBalancingPattern`).
 *
 * @module
 */
export type {
  BrokerCounters,
  BrokerOptions,
  BrokerWorkers,
} from "../connection/load-balancing-balancer.js";
export type { WorkerOptions as ServerLinkOptions } from "../connection/load-balancing-dealer.js";
export { Broker } from "./load-balancing-broker.js";
export { Client, type ClientOptions } from "./load-balancing-client.js";
export { Server, type ServerOptions } from "./load-balancing-server.js";
export { ServerLink } from "./load-balancing-server-link.js";
