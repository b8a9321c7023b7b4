import type { JSX } from "preact";
import { Charts } from "../../parts/charts.js";
import { Tile } from "../../parts/tile.js";
import { milliseconds, rate } from "../../state/format.js";
import { instances, tick, totalPoints } from "../../state/store.js";
import { Happenings } from "./happenings.js";
import { RegistryNotice } from "./notice.js";
import { Services } from "./services.js";

/** All services at a glance. */
export function Overview(): JSX.Element {
  return (
    <>
      <h1 class="quiet">Overview</h1>
      <Figures />
      <RegistryNotice />
      <Charts points={totalPoints.value} />
      <div class="columns">
        <Services />
        <Happenings />
      </div>
    </>
  );
}

function Figures(): JSX.Element {
  const [, calls = 0, errors = 0, p50 = null, , p99 = null, inFlight = 0, handled = 0] =
    tick.value?.total ?? [];
  const all = [...instances.value.values()];
  const up = all.filter(({ state }) => state === "up").length;
  const names = new Set(all.map(({ name }) => name)).size;
  const share = errors > 0 ? (errors / (calls + handled)) * 100 : 0;
  return (
    <dl class="tiles">
      <Tile label="Calls a second" value={rate(calls)}>
        {rate(inFlight)} in flight, {rate(handled)} events/s
      </Tile>
      <Tile label="Errors a second" value={rate(errors)} alarming={errors > 0}>
        {share > 0 ? `${share.toFixed(share < 10 ? 1 : 0)} % of calls and events` : "nothing fails"}
      </Tile>
      <Tile label="Latency, p99" value={milliseconds(p99)}>
        median {milliseconds(p50)}
      </Tile>
      <Tile label="Instances" value={String(all.length)}>
        {up} up, {names} {names === 1 ? "service" : "services"}
      </Tile>
    </dl>
  );
}
