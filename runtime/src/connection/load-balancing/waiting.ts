import type { Frames } from "../frames/routed.js";
import type { Inspected } from "./signals.js";

/** A request that waits for a worker. */
export interface Waiting {
  readonly request: Frames;
  /** The time when the client stops waiting, by `performance.now()`. */
  readonly deadline: number;
}

/** Returns when the client of a request that has just come stops waiting. */
export function deadlineOf({ timeoutMs = 0 }: Inspected): number {
  return timeoutMs > 0 ? performance.now() + timeoutMs : Number.POSITIVE_INFINITY;
}
