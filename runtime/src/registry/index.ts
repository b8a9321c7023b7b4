/**
 * The name service: services register their addresses, and clients look them up by name.
 *
 * @module
 */
export { type Stoppable, stopOnSignals } from "../base/signals.js";
export { RediscoverReq } from "../wire/gen/MsgLib.js";
export { RegistryClient, type RegistryClientOptions } from "./client.js";
export type { ServiceEntry } from "./entry.js";
export { localAddress } from "./local-address.js";
export { RegistryServer, type RegistryServerOptions } from "./server.js";
export { MemoryRegistryStore, type RegistryStore } from "./store.js";
