import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { EventInfo } from "../../../src/monitor/protocol.js";
import { JsonView, shortJson } from "../../parts/json-view.js";
import { bytes, clock, shortName } from "../../state/format.js";

/** One event: a line, and all of its fields when it is opened. */
export function EventRow({ event }: { readonly event: EventInfo }): JSX.Element {
  const open = useSignal(false);
  const { time, type, endpoint, json, problem, bytes: size, number } = event;
  return (
    <li>
      <details
        onToggle={(toggled) => {
          open.value = toggled.currentTarget.open;
        }}
      >
        <summary>
          <time dateTime={new Date(time).toISOString()}>{clock(time, true)}</time>
          <b class="type" title={type}>
            {shortName(type) || "no envelope"}
          </b>
          {problem === "" ? (
            <code class="preview">{shortJson(json, 240)}</code>
          ) : (
            <span class="preview bad-text">{problem}</span>
          )}
        </summary>
        {open.value && (
          <div class="event-detail">
            <p class="muted">
              Event {number}, {type || "without a type"}, {bytes(size)}, from{" "}
              <code>{endpoint}</code>
            </p>
            {problem === "" && <JsonView value={json} label={`The fields of event ${number}`} />}
          </div>
        )}
      </details>
    </li>
  );
}
