/**
 * The name service: services register their addresses, and clients look them up by name.
 *
 * @module
 */
export { type Stoppable, stopOnSignals } from "../base/signals.js";
export { RediscoverReq } from "../wire/gen/MsgLib.js";
export { RegistryClient, type RegistryClientOptions } from "./client/client.js";
export type { RegistryEvent } from "./client/event.js";
export type { RegistryWatchOptions } from "./client/watch.js";
export type {
  Health,
  InstanceInit,
  InstanceKey,
  ServiceEntry,
  ServiceInstance,
} from "./instance.js";
export { localAddress } from "./local-address.js";
export type { ProbeOptions } from "./server/prober.js";
export { RegistryServer, type RegistryServerOptions } from "./server/server.js";
export { MemoryRegistryStore } from "./store/memory.js";
export type { RegistryStore, StoredInstance, StoreWatcher } from "./store/store.js";
