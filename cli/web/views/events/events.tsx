import { type Signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { EventInfo } from "../../../src/monitor/protocol.js";
import { Chip } from "../../parts/chip.js";
import { Command, Empty } from "../../parts/empty.js";
import { count } from "../../state/format.js";
import { events, eventTypes, skippedEvents, taps } from "../../state/store.js";
import { EventRow } from "./event-row.js";
import { EventTools } from "./event-tools.js";

/** The most events that are in the page at a time. */
const MOST_SHOWN = 200;

/** The events as they pass. */
export function EventsView(): JSX.Element {
  const text = useSignal("");
  const type = useSignal("");
  const held = useSignal<readonly EventInfo[] | undefined>(undefined);
  const all = held.value ?? events.value;
  const wanted = all.filter(
    (event) => (type.value === "" || event.type === type.value) && matches(event, text.value),
  );
  const newest = wanted.slice(-MOST_SHOWN).reverse();
  return (
    <>
      <h1>Events</h1>
      {taps.value.length === 0 ? (
        <section class="card">
          <NoTaps />
        </section>
      ) : (
        <>
          <Taps />
          <section class="card events" aria-label="Events as they pass">
            <EventTools text={text} type={type} held={held} />
            <p class="muted counts" role="status">
              {summary(wanted.length, all.length, held)}
              {skippedEvents.value > 0 &&
                ` ${count(skippedEvents.value)} more were counted and not shown: they came too fast.`}
            </p>
            {newest.length === 0 ? (
              <NoEvents filtered={all.length > 0} />
            ) : (
              <ol class="event-list">
                {newest.map((event) => (
                  <EventRow key={event.number} event={event} />
                ))}
              </ol>
            )}
          </section>
        </>
      )}
    </>
  );
}

function matches(event: EventInfo, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return true;
  const { type, endpoint, json } = event;
  return `${type} ${endpoint} ${JSON.stringify(json) ?? ""}`.toLowerCase().includes(wanted);
}

function summary(
  wanted: number,
  all: number,
  held: Signal<readonly EventInfo[] | undefined>,
): string {
  const total = eventTypes.value.reduce((sum, each) => sum + each.count, 0);
  const shown =
    wanted === all
      ? `The last ${count(all)} of ${count(total)}`
      : `${count(wanted)} of ${count(all)} match`;
  if (held.value === undefined) return `${shown}.`;
  const last = held.value.at(-1)?.number ?? 0;
  const newer = events.value.filter(({ number }) => number > last).length;
  return `${shown}; paused, ${newer >= 500 ? "500 or more" : count(newer)} newer.`;
}

function Taps(): JSX.Element {
  return (
    <ul class="taps" aria-label="Publishers">
      {taps.value.map(({ endpoint, connected, problem }) => (
        <li key={endpoint}>
          <code>{endpoint}</code>
          {problem !== "" ? (
            <Chip tone="bad" title={problem}>
              refused
            </Chip>
          ) : (
            <Chip tone={connected ? "good" : "calm"}>{connected ? "connected" : "waiting"}</Chip>
          )}
        </li>
      ))}
    </ul>
  );
}

function NoTaps(): JSX.Element {
  return (
    <Empty title="The monitor listens to no publisher">
      <p>
        Name the endpoints of publishers when you start the monitor. Their events appear here with
        their fields, as long as a service that it knows tells the schema.
      </p>
      <Command>dividere monitor --subscribe tcp://localhost:5556</Command>
    </Empty>
  );
}

function NoEvents({ filtered }: { readonly filtered: boolean }): JSX.Element {
  if (filtered) {
    return (
      <Empty title="No event matches">
        <p>The filter looks at types, endpoints and fields. Clear it to see all events.</p>
      </Empty>
    );
  }
  const endpoint = taps.value[0]?.endpoint ?? "tcp://localhost:5556";
  return (
    <Empty title="No event has passed yet">
      <p>Whatever is published from now on appears here.</p>
      <Command>{`dividere sub ${endpoint}`}</Command>
    </Empty>
  );
}
