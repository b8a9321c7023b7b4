import type { EtcdRegistryStore } from "dividere/registry/etcd";
import { ExitCode } from "../../app/exit-codes.js";
import { CommandFailure } from "../../app/failure.js";

/**
 * Opens the store in etcd; the caller closes it, after the registry.
 *
 * @throws CommandFailure when the package etcd3 is not installed.
 */
export async function openEtcdStore(
  hosts: readonly string[],
  prefix: string | undefined,
): Promise<EtcdRegistryStore> {
  const { EtcdRegistryStore: Store } = await import("dividere/registry/etcd").catch((cause) => {
    throw cause.code === "ERR_MODULE_NOT_FOUND" ? withoutEtcd3(cause) : cause;
  });
  return new Store({ hosts, ...(prefix !== undefined && { prefix }) });
}

function withoutEtcd3(cause: unknown): CommandFailure {
  return new CommandFailure(
    "PACKAGE_MISSING",
    ExitCode.usage,
    "A registry on etcd needs the package etcd3, which is not installed",
    { cause, hint: "Run npm install etcd3, beside dividere-cli." },
  );
}
