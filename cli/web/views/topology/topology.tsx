import type { JSX } from "preact";
import { Empty } from "../../parts/empty.js";
import { isNarrow } from "../../state/media.js";
import { instances, registry, services, taps, tick } from "../../state/store.js";
import { Connections } from "./connections.js";
import { Drawing } from "./drawing.js";
import { graphOf } from "./graph.js";

/** Which processes are connected, drawn and in words. */
export function TopologyView(): JSX.Element {
  const graph = graphOf({
    registry: registry.value?.endpoint,
    instances: [...services.value.values()].flat(),
    taps: taps.value,
    tick: tick.value,
  });
  const isEmpty = instances.value.size === 0;
  return (
    <>
      <h1>Topology</h1>
      {isEmpty && (
        <section class="card">
          <Empty title="Nothing to connect yet">
            <p>Instances and their connections appear here as they come.</p>
          </Empty>
        </section>
      )}
      {!isEmpty && !isNarrow.value && <Drawing graph={graph} />}
      {!isEmpty && <Connections graph={graph} />}
    </>
  );
}
