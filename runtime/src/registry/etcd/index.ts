/**
 * A store in etcd for several registries that serve one list. Needs the package `etcd3`, which `dividere` itself
 * does not install.
 *
 * @module
 */
export { EtcdRegistryStore, type EtcdRegistryStoreOptions } from "./store.js";
