import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import {
  type EventInfo,
  type EventTypeCount,
  type Happening,
  HISTORY,
  type InstanceInfo,
  MOST_EVENTS,
  MOST_HAPPENINGS,
  type Point,
  type RegistryInfo,
  type Snapshot,
  SPARKLINE,
  type StreamMessage,
  type TapInfo,
  type Tick,
} from "../../src/monitor/protocol.js";

/** The state of the page's connection to the monitor. */
export const connection: Signal<"connecting" | "live" | "lost"> = signal("connecting");

export const registry: Signal<RegistryInfo | undefined> = signal(undefined);
export const taps: Signal<readonly TapInfo[]> = signal([]);
export const instances: Signal<ReadonlyMap<string, InstanceInfo>> = signal(new Map());
export const tick: Signal<Tick | undefined> = signal(undefined);
export const totalPoints: Signal<readonly Point[]> = signal([]);
export const servicePoints: Signal<ReadonlyMap<string, readonly Point[]>> = signal(new Map());
export const instancePoints: Signal<ReadonlyMap<string, readonly Point[]>> = signal(new Map());
export const happenings: Signal<readonly Happening[]> = signal([]);
export const events: Signal<readonly EventInfo[]> = signal([]);
export const eventTypes: Signal<readonly EventTypeCount[]> = signal([]);
export const skippedEvents: Signal<number> = signal(0);
export const version: Signal<string> = signal("");

/** The instances by the names of their services, in alphabetical order. */
export const services: ReadonlySignal<ReadonlyMap<string, readonly InstanceInfo[]>> = computed(
  () => {
    const sorted = [...instances.value.values()].sort(
      (one, other) =>
        one.name.localeCompare(other.name) || one.endpoint.localeCompare(other.endpoint),
    );
    const groups = new Map<string, InstanceInfo[]>();
    for (const instance of sorted) {
      const group = groups.get(instance.name);
      if (group === undefined) groups.set(instance.name, [instance]);
      else group.push(instance);
    }
    return groups;
  },
);

/** Takes in a message of the stream. */
export function apply(message: StreamMessage): void {
  switch (message.type) {
    case "snapshot":
      begin(message.snapshot);
      break;
    case "tick":
      advance(message.tick);
      break;
    case "instance":
      instances.value = new Map(instances.value).set(message.instance.key, message.instance);
      break;
    case "gone": {
      instances.value = without(instances.value, message.key);
      instancePoints.value = without(instancePoints.value, message.key);
      break;
    }
    case "happening":
      happenings.value = [...happenings.value, message.happening].slice(-MOST_HAPPENINGS);
      break;
    case "registry":
      registry.value = message.registry;
      break;
    case "tap":
      taps.value = taps.value.map((tap) =>
        tap.endpoint === message.tap.endpoint ? message.tap : tap,
      );
      break;
    case "events":
      events.value = [...events.value, ...message.batch.events].slice(-MOST_EVENTS);
      eventTypes.value = message.batch.types;
      skippedEvents.value += message.batch.skipped;
      break;
  }
}

function begin(snapshot: Snapshot): void {
  version.value = snapshot.version;
  registry.value = snapshot.registry;
  taps.value = snapshot.taps;
  instances.value = new Map(snapshot.instances.map((instance) => [instance.key, instance]));
  tick.value = snapshot.last;
  totalPoints.value = snapshot.total;
  servicePoints.value = new Map(Object.entries(snapshot.services));
  instancePoints.value = new Map(Object.entries(snapshot.history));
  happenings.value = snapshot.happenings;
  events.value = snapshot.events.events;
  eventTypes.value = snapshot.events.types;
  skippedEvents.value = 0;
}

function advance(next: Tick): void {
  tick.value = next;
  totalPoints.value = appended(totalPoints.value, next.total, HISTORY);
  const ofServices = new Map<string, readonly Point[]>();
  for (const [name, point] of Object.entries(next.services)) {
    ofServices.set(name, appended(servicePoints.value.get(name) ?? [], point, HISTORY));
  }
  servicePoints.value = ofServices;
  const ofInstances = new Map<string, readonly Point[]>();
  for (const [key, { point }] of Object.entries(next.instances)) {
    ofInstances.set(key, appended(instancePoints.value.get(key) ?? [], point, SPARKLINE));
  }
  instancePoints.value = ofInstances;
}

function appended<T>(items: readonly T[], item: T, most: number): readonly T[] {
  return [...items.slice(-(most - 1)), item];
}

function without<T>(map: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}
