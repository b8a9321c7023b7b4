import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { InstanceInfo } from "../../../src/monitor/protocol.js";
import { Command, Empty } from "../../parts/empty.js";
import { callLink } from "../../state/route.js";
import { instances } from "../../state/store.js";
import { addressOf } from "../overview/instance.js";
import { CallForm } from "./call-form.js";
import { loadSchema, schemas } from "./schemas.js";

/** The form for a call. The address of the page holds the chosen instance and rpc. */
export function CallView({
  wantedKey,
  wantedPath,
}: {
  readonly wantedKey: string;
  readonly wantedPath: string;
}): JSX.Element {
  const callable = [...instances.value.values()]
    .filter((instance) => instance.callable)
    .sort((one, other) => labelOf(one).localeCompare(labelOf(other)));
  const instance = callable.find(({ key }) => key === wantedKey) ?? callable[0];
  const key = instance?.key;
  // A process that has restarted may have another schema.
  const run = `${instance?.process?.startedAt} ${instance?.process?.pid}`;
  useEffect(() => {
    if (key !== undefined) loadSchema(key, run);
  }, [key, run]);
  if (instance === undefined) return <NothingToCall />;
  const loaded = schemas.value.get(instance.key);
  const rpcs = loaded?.schema?.rpcs.filter(({ published }) => !published) ?? [];
  const rpc = rpcs.find(({ path }) => path === wantedPath) ?? rpcs[0];
  return (
    <>
      <h1>Call</h1>
      <section class="card choices" aria-label="What to call">
        <label class="field">
          <span>Instance</span>
          <select
            value={instance.key}
            onChange={(event) => {
              location.hash = callLink(event.currentTarget.value, wantedPath);
            }}
          >
            {callable.map((each) => (
              <option key={each.key} value={each.key}>
                {labelOf(each)}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>Rpc</span>
          <select
            value={rpc?.path ?? ""}
            onChange={(event) => {
              location.hash = callLink(instance.key, event.currentTarget.value);
            }}
          >
            {rpcs.map(({ path }) => (
              <option key={path} value={path}>
                {path}
              </option>
            ))}
          </select>
        </label>
      </section>
      {loaded?.problem !== undefined && (
        <div class="notice" role="alert">
          The schema could not be loaded: {loaded.problem}
        </div>
      )}
      {loaded?.schema !== undefined && rpc !== undefined && (
        <CallForm
          key={`${instance.key} ${rpc.path}`}
          instance={instance}
          rpc={rpc}
          schema={loaded.schema}
        />
      )}
      {loaded?.schema !== undefined && rpc === undefined && (
        <section class="card">
          <Empty title="Nothing to call here">
            <p>All rpcs of this instance are events, which are published and not called.</p>
          </Empty>
        </section>
      )}
    </>
  );
}

function labelOf(instance: InstanceInfo): string {
  return `${instance.name} at ${addressOf(instance)}`;
}

function NothingToCall(): JSX.Element {
  const some = instances.value.size > 0;
  return (
    <>
      <h1>Call</h1>
      <section class="card">
        <Empty title={some ? "No instance tells its schema" : "No service to call yet"}>
          <p>
            {some
              ? "The form is made from the schema that generated code carries. Services in Python, and code generated with reflection=false, have none; the command line takes it from a file:"
              : "As soon as a service runs, its rpcs are here. Meanwhile, the command line calls any endpoint:"}
          </p>
          <Command>
            {"dividere call tcp://localhost:5555 Reverse '{}' --proto greeter.proto"}
          </Command>
        </Empty>
      </section>
    </>
  );
}
