import { Instance, WatchResponse } from "../../wire/gen/dividere/v1/registry.js";
import { keyText, type ServiceInstance } from "../instance.js";
import { instanceToWire } from "../wire.js";
import type { View, ViewChange } from "./view.js";

/** The most instances in one response: some 100 KiB. */
const BATCH = 500;

/**
 * Yields what a watch of a name, or of all names for an empty one, sends: the list, then the changes. Changes
 * that come faster than the watcher reads are put together, so a slow watcher gets the latest state of each
 * instance and takes no more memory than the list.
 */
export async function* feed(
  view: View,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<WatchResponse, void, void> {
  let pending = new Map<string, ViewChange>();
  let wake = (): void => {};
  const stop = view.onChange((change) => {
    const key = change.type === "changed" ? change.instance : change.key;
    if (name !== "" && key.name !== name) return;
    pending.set(keyText(key), change);
    wake();
  });
  const onAbort = (): void => wake();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    yield* batches(view.list(name));
    while (!signal.aborted) {
      if (pending.size === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      const changes = [...pending.values()];
      pending = new Map();
      for (let at = 0; at < changes.length; at += BATCH)
        yield response(changes.slice(at, at + BATCH));
    }
  } finally {
    stop();
    signal.removeEventListener("abort", onAbort);
  }
}

function* batches(instances: readonly ServiceInstance[]): Generator<WatchResponse, void, void> {
  for (let at = 0; ; at += BATCH) {
    const changed = instances.slice(at, at + BATCH).map(instanceToWire);
    const complete = at + BATCH >= instances.length;
    yield WatchResponse.create({ changed, complete });
    if (complete) return;
  }
}

function response(changes: readonly ViewChange[]): WatchResponse {
  const message = WatchResponse.create({ complete: true });
  for (const change of changes) {
    if (change.type === "changed") message.changed.push(instanceToWire(change.instance));
    else message.removed.push(Instance.create(change.key));
  }
  return message;
}
