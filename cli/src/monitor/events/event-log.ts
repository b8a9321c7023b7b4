import type { ClientKeyOptions } from "../../app/options.js";
import type { Schema } from "../../schema/schema.js";
import { Ring } from "../fleet/ring.js";
import {
  type EventBatch,
  type EventInfo,
  type EventTypeCount,
  MOST_EVENTS,
  type StreamMessage,
  type TapInfo,
} from "../protocol.js";
import { eventInfo, typeOf } from "./event-info.js";
import { type Passing, Tap } from "./tap.js";

/** The time between two batches for the pages, in milliseconds. */
const BATCH_MS = 250;

/** The most events in a batch: nobody reads more, and each is decoded. */
const MOST_IN_BATCH = 50;

/** The most message types that are counted separately. */
const MOST_TYPES = 200;

const OTHERS = "(other types)";

/** Keeps the last events of all taps, and counts them by their types. */
export class EventLog {
  readonly #schemas: () => readonly Schema[];
  readonly #emit: (message: StreamMessage) => void;
  readonly #taps: Tap[] = [];
  readonly #events = new Ring<EventInfo>(MOST_EVENTS);
  readonly #counts = new Map<string, number>();
  #waiting: Passing[] = [];
  #skipped = 0;
  #number = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param schemas - Returns the schemas that are known now.
   * @param emit - Gets the messages for the pages.
   */
  constructor(schemas: () => readonly Schema[], emit: (message: StreamMessage) => void) {
    this.#schemas = schemas;
    this.#emit = emit;
  }

  get taps(): readonly TapInfo[] {
    return this.#taps.map(({ info }) => info);
  }

  /** All that is kept, as one batch. */
  get all(): EventBatch {
    return { events: this.#events.toArray(), skipped: 0, types: this.#types() };
  }

  /**
   * Subscribes to endpoints; {@link close} ends all subscriptions.
   *
   * @throws ConnectionError when an endpoint is invalid.
   */
  start(endpoints: readonly string[], keys: ClientKeyOptions): void {
    for (const endpoint of endpoints) {
      const tap = new Tap(endpoint, keys, {
        changed: (info) => this.#emit({ type: "tap", tap: info }),
        passed: (event) => this.#take(event),
      });
      this.#taps.push(tap);
    }
    if (endpoints.length > 0) this.#timer = setInterval(() => this.#flush(), BATCH_MS);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#taps.map((tap) => tap.close()));
  }

  #take(event: Passing): void {
    const name = typeOf(event) || OTHERS;
    const counted = this.#counts.has(name) || this.#counts.size < MOST_TYPES ? name : OTHERS;
    this.#counts.set(counted, (this.#counts.get(counted) ?? 0) + 1);
    this.#number++;
    if (this.#waiting.length < MOST_IN_BATCH) this.#waiting.push(event);
    else this.#skipped++;
  }

  #flush(): void {
    if (this.#waiting.length === 0) return;
    const schemas = this.#schemas();
    const first = this.#number - this.#skipped - this.#waiting.length + 1;
    const events = this.#waiting.map((event, at) => eventInfo(event, first + at, schemas));
    const batch = { events, skipped: this.#skipped, types: this.#types() };
    this.#waiting = [];
    this.#skipped = 0;
    for (const event of events) this.#events.push(event);
    this.#emit({ type: "events", batch });
  }

  #types(): readonly EventTypeCount[] {
    return Array.from(this.#counts, ([type, count]) => ({ type, count }));
  }
}
