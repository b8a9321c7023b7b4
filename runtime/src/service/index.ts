/**
 * Services that clients find by name.
 *
 * @module
 */
export { type Stoppable, stopOnSignals } from "../base/signals.js";
export type { PortRange } from "./free-port.js";
export { type LookupOptions, lookup } from "./lookup.js";
export type { ServiceOptions } from "./options.js";
export type { ServiceStatus } from "./registration.js";
export { Service } from "./service.js";
