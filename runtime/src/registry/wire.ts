import { Instance, Instance_Health as WireHealth } from "../wire/gen/dividere/v1/registry.js";
import type { Health, ServiceInstance } from "./instance.js";

const TO_WIRE: Readonly<Record<Health, WireHealth>> = {
  UNKNOWN: WireHealth.HEALTH_UNSPECIFIED,
  SERVING: WireHealth.HEALTH_SERVING,
  NOT_SERVING: WireHealth.HEALTH_NOT_SERVING,
};

/** Converts a health to its form in messages. */
export function healthToWire(health: Health): WireHealth {
  return TO_WIRE[health];
}

/** Converts a health from its form in messages; one of a later version is `UNKNOWN`. */
export function healthFromWire(health: WireHealth): Health {
  if (health === WireHealth.HEALTH_SERVING) return "SERVING";
  return health === WireHealth.HEALTH_NOT_SERVING ? "NOT_SERVING" : "UNKNOWN";
}

/** Converts an instance to its message. */
export function instanceToWire(instance: ServiceInstance): Instance {
  const ms = instance.registeredAt.getTime();
  const seconds = Math.floor(ms / 1_000);
  return Instance.create({
    ...instance,
    metadata: new Map(Object.entries(instance.metadata)),
    health: healthToWire(instance.health),
    registeredAt: { seconds: BigInt(seconds), nanos: (ms - seconds * 1_000) * 1_000_000 },
    services: [...instance.services],
  });
}

/** Converts an instance from its message. */
export function instanceFromWire(instance: Instance): ServiceInstance {
  const { name, id, host, port, version, leaseMs, services } = instance;
  const { seconds = 0n, nanos = 0 } = instance.registeredAt ?? {};
  return {
    name,
    id,
    host,
    port,
    version,
    metadata: Object.fromEntries(instance.metadata),
    health: healthFromWire(instance.health),
    registeredAt: new Date(Number(seconds) * 1_000 + Math.floor(nanos / 1_000_000)),
    leaseMs,
    services,
  };
}
