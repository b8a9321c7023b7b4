import type { JSX } from "preact";
import type { CallLine, RpcInfo } from "../../../src/monitor/protocol.js";
import { Chip } from "../../parts/chip.js";
import { JsonView } from "../../parts/json-view.js";
import { milliseconds, shortName } from "../../state/format.js";

/** The answer to a call: its end, its messages, its headers. */
export function ResponsePane({
  lines,
  isRunning,
  rpc,
}: {
  readonly lines: readonly CallLine[];
  readonly isRunning: boolean;
  readonly rpc: RpcInfo;
}): JSX.Element {
  const messages = lines.filter((line) => line.type === "message");
  return (
    <section class="card response" aria-labelledby="response" aria-busy={isRunning}>
      <h2 id="response">
        Response{" "}
        <small>
          {rpc.serverStreaming ? "a stream of " : ""}
          {shortName(rpc.response)}
        </small>
      </h2>
      <div class="outcome" role="status">
        <Outcome lines={lines} isRunning={isRunning} count={messages.length} />
      </div>
      {lines.map((line, at) => (
        <Line key={at} line={line} />
      ))}
      {lines.length === 0 && !isRunning && (
        <p class="muted">
          The answer appears here. Ctrl and Enter sends the request from any field.
        </p>
      )}
    </section>
  );
}

function Outcome({
  lines,
  isRunning,
  count,
}: {
  readonly lines: readonly CallLine[];
  readonly isRunning: boolean;
  readonly count: number;
}): JSX.Element | null {
  const last = lines.at(-1);
  const many = count === 1 ? "1 message" : `${count} messages`;
  if (isRunning) return <Chip tone="calm">waiting, {many} so far</Chip>;
  if (last?.type === "end") {
    return (
      <Chip tone="good">
        OK, {many} in {milliseconds(last.ms)}
      </Chip>
    );
  }
  if (last?.type === "error") {
    return (
      <Chip tone="bad">
        {last.code} after {milliseconds(last.ms)}
      </Chip>
    );
  }
  return null;
}

function Line({ line }: { readonly line: CallLine }): JSX.Element | null {
  switch (line.type) {
    case "message":
      return <JsonView value={line.json} label="A message of the response" />;
    case "headers":
    case "trailers":
      return (
        <dl class="facts headers" aria-label={line.type}>
          {Object.entries(line.headers).map(([key, value]) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      );
    case "error":
      return (
        <div class="error">
          <p>{line.message}</p>
          {line.hint !== "" && <p class="muted">{line.hint}</p>}
          {line.details.length > 0 && <JsonView value={line.details} label="The error's details" />}
        </div>
      );
    case "end":
      return null;
  }
}
