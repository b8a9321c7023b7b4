import type { JSX } from "preact";
import type { InstanceInfo, Point } from "../../../src/monitor/protocol.js";
import { StatusChip } from "../../parts/chip.js";
import { Sparkline } from "../../parts/sparkline.js";
import { age, bytes, count, rate } from "../../state/format.js";
import { callLink } from "../../state/route.js";
import { instancePoints, tick } from "../../state/store.js";
import { addressOf } from "../overview/instance.js";

const NO_POINTS: readonly Point[] = [];

/** The instances of a service, with all that each tells about itself. */
export function Instances({ own }: { readonly own: readonly InstanceInfo[] }): JSX.Element {
  return (
    <section aria-labelledby="instances">
      <h2 id="instances">Instances</h2>
      <ul class="instance-grid">
        {own.map((instance) => (
          <Instance key={instance.key} instance={instance} />
        ))}
      </ul>
    </section>
  );
}

function Instance({ instance }: { readonly instance: InstanceInfo }): JSX.Element {
  const { key, reason, callable, state } = instance;
  return (
    <li class="card instance">
      <div class="line">
        <h3>
          <code>{addressOf(instance)}</code>
        </h3>
        <StatusChip instance={instance} />
      </div>
      <Sparkline points={instancePoints.value.get(key) ?? NO_POINTS} />
      {reason !== "" && <p class="reason">{reason}</p>}
      <dl class="facts">
        {factsOf(instance).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Links instance={instance} />
      {callable && (
        <a class="button small" href={callLink(key)}>
          Call this instance
        </a>
      )}
      {state === "silent" && (
        <p class="muted">
          It is listed and reachable, and tells nothing about itself, as plain services do.
        </p>
      )}
    </li>
  );
}

function factsOf(instance: InstanceInfo): readonly (readonly [name: string, value: string])[] {
  const { id, version, process, registered, leaseMs, metadata } = instance;
  const now = tick.value?.instances[instance.key];
  const facts: [string, string][] = [["Id", id]];
  if (version !== "") facts.push(["Version", version]);
  if (process !== undefined) {
    facts.push(
      ["Runtime", process.runtime],
      ["Platform", process.platform],
      ["Process", `${process.pid} on ${process.host}`],
      ["Started", `${age(process.startedAt, tick.value?.time ?? Date.now())} ago`],
    );
  }
  if (now !== undefined && now.residentBytes > 0) {
    facts.push(["Memory", `${bytes(now.residentBytes)}, heap ${bytes(now.heapBytes)}`]);
    const workers = now.workers > 0 ? `, ${count(now.workers)} workers` : "";
    facts.push(["Handlers", `${now.point[6]} of ${count(now.concurrency)} run${workers}`]);
  }
  const lease = leaseMs > 0 ? `lease of ${leaseMs / 1_000} s` : "no lease; it is probed";
  facts.push(["Registry", registered ? lease : "not listed; named by its endpoint"]);
  return [...facts, ...Object.entries(metadata)];
}

function Links({ instance }: { readonly instance: InstanceInfo }): JSX.Element | null {
  if (instance.links.length === 0) return null;
  const rows = tick.value?.instances[instance.key]?.links ?? [];
  return (
    <ul class="links" aria-label="Links">
      {instance.links.map(({ kind, endpoints }, at) => {
        const row = rows[at];
        return (
          <li key={`${kind} ${endpoints.join(" ")}`}>
            <b>{kind}</b> <code>{endpoints.join(" ")}</code>
            <small class="muted">
              {rate(row?.receivedPerSecond ?? 0)} in/s, {rate(row?.sentPerSecond ?? 0)} out/s
              {(row?.dropped ?? 0) > 0 && (
                <span class="bad-text">, {count(row?.dropped ?? 0)} dropped</span>
              )}
            </small>
          </li>
        );
      })}
    </ul>
  );
}
