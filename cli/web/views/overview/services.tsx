import type { JSX } from "preact";
import type { InstanceInfo } from "../../../src/monitor/protocol.js";
import { Command, Empty } from "../../parts/empty.js";
import { milliseconds, rate } from "../../state/format.js";
import { isNarrow } from "../../state/media.js";
import { serviceLink } from "../../state/route.js";
import { connection, registry, services, tick } from "../../state/store.js";
import { InstanceCard, InstanceRow } from "./instance.js";

/** The services with their instances: a table, or cards on a phone. */
export function Services(): JSX.Element {
  return (
    <section class="card services" aria-labelledby="services">
      <h2 id="services">Services</h2>
      {services.value.size === 0 ? <NoServices /> : isNarrow.value ? <Cards /> : <Table />}
    </section>
  );
}

function Table(): JSX.Element {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Instance</th>
          <th scope="col">Status</th>
          <th scope="col">Last minute</th>
          <th scope="col" class="number">
            Calls/s
          </th>
          <th scope="col" class="number">
            Errors/s
          </th>
          <th scope="col" class="number">
            p99
          </th>
          <th scope="col" class="number">
            Memory
          </th>
          <th scope="col" class="number">
            Up
          </th>
        </tr>
      </thead>
      {[...services.value].map(([name, own]) => (
        <tbody key={name}>
          <tr class="group">
            <th colSpan={8} scope="rowgroup">
              <ServiceHead name={name} own={own} />
            </th>
          </tr>
          {own.map((instance) => (
            <InstanceRow key={instance.key} instance={instance} />
          ))}
        </tbody>
      ))}
    </table>
  );
}

function Cards(): JSX.Element {
  return (
    <ul class="groups">
      {[...services.value].map(([name, own]) => (
        <li key={name}>
          <h3>
            <ServiceHead name={name} own={own} />
          </h3>
          <ul class="cards">
            {own.map((instance) => (
              <InstanceCard key={instance.key} instance={instance} />
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

function ServiceHead({
  name,
  own,
}: {
  readonly name: string;
  readonly own: readonly InstanceInfo[];
}): JSX.Element {
  const [, calls = 0, errors = 0, , , p99 = null] = tick.value?.services[name] ?? [];
  const tells = own.some(({ state }) => state === "up");
  const many = own.length === 1 ? "1 instance" : `${own.length} instances`;
  return (
    <span class="service-head">
      <a href={serviceLink(name)}>{name}</a>
      <small>
        {many}
        {tells && ` · ${rate(calls)} calls/s`}
        {errors > 0 && <span class="bad-text"> · {rate(errors)} errors/s</span>}
        {tells && ` · p99 ${milliseconds(p99)}`}
      </small>
    </span>
  );
}

function NoServices(): JSX.Element {
  if (connection.value === "connecting") {
    return <p class="muted">Asking the monitor …</p>;
  }
  const current = registry.value;
  if (current === undefined) {
    return (
      <Empty title="No endpoint to watch">
        <p>Start the monitor with a registry, or with the endpoints of services:</p>
        <Command>dividere monitor --registry tcp://localhost:5000</Command>
      </Empty>
    );
  }
  return (
    <Empty
      title={current.state === "up" ? "No service is registered yet" : "The registry is not there"}
    >
      <p>
        {current.state === "up"
          ? `A service that registers at ${current.endpoint} appears here at once.`
          : `The monitor asks ${current.endpoint} again and again. A registry is one command away:`}
      </p>
      <Command>
        {current.state === "up"
          ? "npx -p protoc-gen-dividere dividere-scaffold init"
          : "dividere registry"}
      </Command>
    </Empty>
  );
}
