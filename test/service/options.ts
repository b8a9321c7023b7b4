import type { RegistryServer } from "dividere/registry";
import type { Service, ServiceOptions, ServiceStatus } from "dividere/service";
import { freePort } from "../support/ports.js";

export const soon = { timeoutMs: 10_000 };

export const listen = "127.0.0.1";

/** Ports of a test's own, so that services of tests that run beside it do not take them. */
export async function somePorts(count = 20) {
  const first = await freePort();
  return { first, last: first + count - 1 };
}

export async function optionsFor(server: RegistryServer): Promise<ServiceOptions> {
  const { endpoint: registry, eventsEndpoint: registryEvents } = server;
  return { registry, registryEvents, listen, ports: await somePorts() };
}

/** The options of a service whose registry is not up, and where it would be. */
export async function withoutRegistry(): Promise<ServiceOptions & { readonly registry: string }> {
  const registry = `tcp://127.0.0.1:${await freePort()}`;
  return { registry, listen, ports: await somePorts() };
}

export function until(service: Service, wanted: ServiceStatus): Promise<void> {
  return new Promise((resolve) => {
    const forget = service.onStatus((status) => {
      if (status !== wanted) return;
      forget();
      resolve();
    });
    if (service.status === wanted) {
      forget();
      resolve();
    }
  });
}
