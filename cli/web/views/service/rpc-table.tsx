import type { JSX } from "preact";
import type { InstanceInfo, RpcInfo, RpcRow } from "../../../src/monitor/protocol.js";
import { count, milliseconds, rate, shortName, shortPath } from "../../state/format.js";
import { isNarrow } from "../../state/media.js";
import { callLink } from "../../state/route.js";

/** An rpc with its counters and a link to the form. */
interface Shown {
  readonly row: RpcRow;
  readonly info: RpcInfo | undefined;
  readonly link: string | undefined;
}

/** The rpcs of a service, over all of its instances. */
export function RpcTable({
  rows,
  own,
}: {
  readonly rows: readonly RpcRow[];
  readonly own: readonly InstanceInfo[];
}): JSX.Element {
  const all = rows.map((row): Shown => {
    const info = own.flatMap(({ rpcs }) => rpcs).find(({ path }) => path === row.path);
    const callable = own.find((instance) => instance.callable);
    const isCalled = info !== undefined && !info.published && callable !== undefined;
    return { row, info, link: isCalled ? callLink(callable.key, row.path) : undefined };
  });
  return (
    <section class="card" aria-labelledby="rpcs">
      <h2 id="rpcs">
        Rpcs <small>times since the start of the instances</small>
      </h2>
      {all.length === 0 ? (
        <p class="muted">No instance tells about its rpcs: they are plain, or do not answer.</p>
      ) : isNarrow.value ? (
        <ul class="cards">
          {all.map((shown) => (
            <RpcCard key={shown.row.path} {...shown} />
          ))}
        </ul>
      ) : (
        <Table all={all} />
      )}
    </section>
  );
}

function Table({ all }: { readonly all: readonly Shown[] }): JSX.Element {
  const numbers = ["Calls", "Calls/s", "Failed", "Now", "p50", "p90", "p99", "Max"];
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Rpc</th>
          {numbers.map((title) => (
            <th key={title} scope="col" class="number">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {all.map(({ row, info, link }) => (
          <tr key={row.path}>
            <td>
              <RpcName row={row} info={info} link={link} />
            </td>
            <td class="number">{count(row.started)}</td>
            <td class="number">{rate(row.callsPerSecond)}</td>
            <td class={`number${row.failed > 0 ? " bad-text" : ""}`}>{count(row.failed)}</td>
            <td class="number">{count(row.inFlight)}</td>
            <td class="number">{milliseconds(row.p50)}</td>
            <td class="number">{milliseconds(row.p90)}</td>
            <td class="number">{milliseconds(row.p99)}</td>
            <td class="number">{milliseconds(row.max)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function RpcCard({ row, info, link }: Shown): JSX.Element {
  return (
    <li class="instance-card">
      <RpcName row={row} info={info} link={link} />
      <span class="figures">
        <b>{rate(row.callsPerSecond)}</b> calls/s · {count(row.started)} in all
        {row.failed > 0 && <span class="bad-text"> · {count(row.failed)} failed</span>}
      </span>
      <small class="muted">
        p50 {milliseconds(row.p50)} · p90 {milliseconds(row.p90)} · p99 {milliseconds(row.p99)} ·
        max {milliseconds(row.max)}
      </small>
    </li>
  );
}

function RpcName({ row, info, link }: Shown): JSX.Element {
  const name = shortPath(row.path);
  const failures = Object.entries(row.failures);
  return (
    <span class="rpc-name" title={row.path}>
      {link === undefined ? <b>{name}</b> : <a href={link}>{name}</a>}
      {info !== undefined && (
        <small class="muted">
          {info.published && "event "}
          {info.clientStreaming && "stream of "}
          {shortName(info.request)}
          {!info.published &&
            ` → ${info.serverStreaming ? "stream of " : ""}${shortName(info.response)}`}
        </small>
      )}
      {failures.length > 0 && (
        <small class="bad-text">
          {failures.map(([code, times]) => `${code} ${count(times)}`).join(", ")}
        </small>
      )}
    </span>
  );
}
