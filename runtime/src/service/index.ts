/**
 * Services that clients find by name.
 *
 * @module
 */
export { type Stoppable, stopOnSignals } from "../base/signals.js";
export type { PortRange } from "./free-port.js";
export { type LookupOptions, lookup } from "./lookup.js";
export type { ServiceStatus } from "./registration.js";
export { Service, type ServiceOptions } from "./service.js";
