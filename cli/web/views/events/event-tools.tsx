import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import type { EventInfo } from "../../../src/monitor/protocol.js";
import { count, shortName } from "../../state/format.js";
import { events, eventTypes, skippedEvents } from "../../state/store.js";

/** The filter, and the buttons that pause and clear. */
export function EventTools({
  text,
  type,
  held,
}: {
  readonly text: Signal<string>;
  readonly type: Signal<string>;
  /** The events that are shown while the list is paused. */
  readonly held: Signal<readonly EventInfo[] | undefined>;
}): JSX.Element {
  const paused = held.value !== undefined;
  const types = [...eventTypes.value].sort((one, other) => one.type.localeCompare(other.type));
  return (
    <form class="tools" aria-label="Filter the events" onSubmit={(event) => event.preventDefault()}>
      <label class="grow">
        <span>Filter</span>
        <input
          type="search"
          placeholder="text in a type or a field"
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
      </label>
      <label class="type">
        <span>Type</span>
        <select
          value={type.value}
          onChange={(event) => {
            type.value = event.currentTarget.value;
          }}
        >
          <option value="">all types</option>
          {types.map((each) => (
            <option key={each.type} value={each.type}>
              {`${shortName(each.type)} (${count(each.count)})`}
            </option>
          ))}
        </select>
      </label>
      <div class="buttons">
        <button
          type="button"
          aria-pressed={paused}
          onClick={() => {
            held.value = paused ? undefined : events.value;
          }}
        >
          {paused ? "Resume" : "Pause"}
        </button>
        <button
          type="button"
          onClick={() => {
            events.value = [];
            skippedEvents.value = 0;
            if (paused) held.value = [];
          }}
        >
          Clear
        </button>
      </div>
    </form>
  );
}
