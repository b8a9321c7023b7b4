import { PassingMap } from "../../base/passing-map.js";
import { keyOfRoute } from "./routed.js";

/** The age at which an open route is no longer counted: its request has most likely been given up. */
const FORGOTTEN_AFTER_MS = 60_000;

/** The requests that have passed and were not answered, by their routes. */
export class OpenRoutes {
  /** The times of the requests, in their order. */
  readonly #open = new PassingMap<string, number>();

  /** The number of requests of the last minute that were not answered. */
  get size(): number {
    this.#forget(performance.now());
    return this.#open.size;
  }

  /** Notes a request. */
  add(route: readonly Uint8Array[]): void {
    const now = performance.now();
    const key = keyOfRoute(route);
    this.#open.delete(key);
    this.#open.set(key, now);
    this.#forget(now);
  }

  /** Notes an answer. */
  delete(route: readonly Uint8Array[]): void {
    this.#open.delete(keyOfRoute(route));
  }

  /** Returns whether a request by that route was not answered. */
  has(route: readonly Uint8Array[]): boolean {
    return this.#open.has(keyOfRoute(route));
  }

  #forget(now: number): void {
    for (const [key, since] of this.#open) {
      if (now - since < FORGOTTEN_AFTER_MS) return;
      this.#open.delete(key);
    }
  }
}
