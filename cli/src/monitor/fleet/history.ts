import { HISTORY, type Point, SPARKLINE, type Tick } from "../protocol.js";
import { Ring } from "./ring.js";
import { idlePoint } from "./tick.js";

/** Keeps the last points of everything, in memory that the number of services bounds. */
export class History {
  readonly #total = new Ring<Point>(HISTORY);
  readonly #services = new Map<string, { readonly points: Ring<Point>; absent: number }>();
  readonly #instances = new Map<string, Ring<Point>>();
  #last: Tick | undefined;

  /** The newest counters. */
  get last(): Tick | undefined {
    return this.#last;
  }

  get total(): readonly Point[] {
    return this.#total.toArray();
  }

  get services(): Readonly<Record<string, readonly Point[]>> {
    return Object.fromEntries(
      Array.from(this.#services, ([name, { points }]) => [name, points.toArray()]),
    );
  }

  get instances(): Readonly<Record<string, readonly Point[]>> {
    return Object.fromEntries(
      Array.from(this.#instances, ([key, points]) => [key, points.toArray()]),
    );
  }

  add(tick: Tick): void {
    this.#last = tick;
    this.#total.push(tick.total);
    for (const name of Object.keys(tick.services)) {
      if (!this.#services.has(name)) {
        this.#services.set(name, { points: new Ring(HISTORY), absent: 0 });
      }
    }
    for (const [name, service] of this.#services) {
      const point = tick.services[name];
      service.points.push(point ?? idlePoint(tick.time));
      service.absent = point === undefined ? service.absent + 1 : 0;
      // Nothing of its past is left to show.
      if (service.absent >= HISTORY) this.#services.delete(name);
    }
    for (const [key, { point }] of Object.entries(tick.instances)) {
      const points = this.#instances.get(key) ?? new Ring<Point>(SPARKLINE);
      points.push(point);
      this.#instances.set(key, points);
    }
  }

  /** Drops the points of an instance that is gone. */
  forget(key: string): void {
    this.#instances.delete(key);
  }
}
