import type { JSX } from "preact";
import type { Point } from "../../../src/monitor/protocol.js";
import { Charts } from "../../parts/charts.js";
import { Empty } from "../../parts/empty.js";
import { callLink } from "../../state/route.js";
import { servicePoints, services, tick } from "../../state/store.js";
import { Instances } from "./instances.js";
import { RpcTable } from "./rpc-table.js";

const NO_POINTS: readonly Point[] = [];

/** One service: its charts, its rpcs and its instances. */
export function ServiceView({ name }: { readonly name: string }): JSX.Element {
  const own = services.value.get(name) ?? [];
  const points = servicePoints.value.get(name) ?? NO_POINTS;
  const types = [...new Set(own.flatMap((instance) => instance.services))];
  const callable = own.find((instance) => instance.callable);
  return (
    <>
      <div class="title">
        <div>
          <a class="back" href="#/">
            All services
          </a>
          <h1>{name}</h1>
          {types.length > 0 && <p class="muted types">{types.join(", ")}</p>}
        </div>
        {callable !== undefined && (
          <a class="button" href={callLink(callable.key)}>
            Make a call
          </a>
        )}
      </div>
      {own.length === 0 && (
        <section class="card">
          <Empty title="No instance is running">
            <p>
              The service has left, or was never here. It appears again when an instance registers
              as <b>{name}</b>.
            </p>
          </Empty>
        </section>
      )}
      {points.length > 0 && <Charts points={points} key={name} />}
      {own.length > 0 && (
        <>
          <RpcTable rows={tick.value?.rpcs[name] ?? []} own={own} />
          <Instances own={own} />
        </>
      )}
    </>
  );
}
