import type { ServiceInstance } from "../instance.js";

/**
 * A step of a watch.
 *
 * - `listed` – the whole list, once, before any change; also if the list is empty.
 * - `added`, `changed`, `removed` – a change of one instance. `before` is the instance as it was.
 * - `lost` – the registry does not answer. The list stays as it is; the watch goes on asking, each of several
 *   registries in turn.
 * - `resumed` – a registry answers again. What has changed since `lost` follows. An
 *   instance that the registry does not list any more, perhaps because the registry has just restarted, is
 *   `removed` only if it does not register again within its lease.
 */
export type RegistryEvent =
  | { readonly type: "listed"; readonly instances: readonly ServiceInstance[] }
  | { readonly type: "added"; readonly instance: ServiceInstance }
  | {
      readonly type: "changed";
      readonly instance: ServiceInstance;
      readonly before: ServiceInstance;
    }
  | { readonly type: "removed"; readonly instance: ServiceInstance }
  | { readonly type: "lost"; readonly error: Error }
  | { readonly type: "resumed" };
