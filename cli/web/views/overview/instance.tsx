import type { JSX } from "preact";
import type { InstanceInfo, InstanceTick, Point } from "../../../src/monitor/protocol.js";
import { StatusChip } from "../../parts/chip.js";
import { Sparkline } from "../../parts/sparkline.js";
import { age, bytes, milliseconds, rate } from "../../state/format.js";
import { instancePoints, tick } from "../../state/store.js";

const NO_POINTS: readonly Point[] = [];

interface Shown {
  readonly points: readonly Point[];
  readonly now: InstanceTick | undefined;
  readonly calls: string;
  readonly errors: number;
  readonly p99: string;
  readonly memory: string;
  readonly up: string;
}

function shownOf({ key, state, process }: InstanceInfo): Shown {
  const now = tick.value?.instances[key];
  const [, calls = 0, errors = 0, , , p99 = null] = now?.point ?? [];
  const tells = state === "up";
  return {
    points: instancePoints.value.get(key) ?? NO_POINTS,
    now,
    calls: tells ? rate(calls) : "–",
    errors,
    p99: milliseconds(p99),
    memory: tells ? bytes(now?.residentBytes ?? 0) : "–",
    up:
      tells && process !== undefined ? age(process.startedAt, tick.value?.time ?? Date.now()) : "–",
  };
}

/** An instance in the table. */
export function InstanceRow({ instance }: { readonly instance: InstanceInfo }): JSX.Element {
  const { points, calls, errors, p99, memory, up } = shownOf(instance);
  return (
    <tr>
      <td>
        <code>{addressOf(instance)}</code>
        {instance.version !== "" && <small class="version">{instance.version}</small>}
      </td>
      <td>
        <StatusChip instance={instance} />
      </td>
      <td>
        <Sparkline points={points} />
      </td>
      <td class="number">{calls}</td>
      <td class={`number${errors > 0 ? " bad-text" : ""}`}>
        {instance.state === "up" ? rate(errors) : "–"}
      </td>
      <td class="number">{p99}</td>
      <td class="number">{memory}</td>
      <td class="number">{up}</td>
    </tr>
  );
}

/** An instance as a card. */
export function InstanceCard({ instance }: { readonly instance: InstanceInfo }): JSX.Element {
  const { points, calls, errors, p99, memory, up } = shownOf(instance);
  return (
    <li class="instance-card">
      <div class="line">
        <code>{addressOf(instance)}</code>
        <StatusChip instance={instance} />
      </div>
      <div class="line">
        <Sparkline points={points} />
        <span class="figures">
          <b>{calls}</b> calls/s
          {errors > 0 && <span class="bad-text"> · {rate(errors)} errors/s</span>}
        </span>
      </div>
      <small class="muted">
        p99 {p99} · {memory} · up {up}
        {instance.version !== "" && ` · ${instance.version}`}
      </small>
    </li>
  );
}

/** Returns the address of an instance without the transport: `127.0.0.1:5100`. */
export function addressOf({ endpoint }: InstanceInfo): string {
  return endpoint.replace(/^tcp:\/\//, "");
}
