import type { MpWorker } from "./process/worker-process.js";

/** The wait before a worker is replaced: doubled with each crash in a row. */
const FIRST_RESTART_MS = 100;
const LONGEST_RESTART_MS = 10_000;
/** The running time after which a crash counts as the first of a new row. */
const WELL_AFTER_MS = 10_000;
/** The number of starts in a row that may fail once the farm has been ready. */
const FAILED_STARTS = 5;
/** The place of one worker, which successive processes may take. */
export interface Slot {
  readonly index: number;
  worker: MpWorker | undefined;
  crashes: number;
  failedStarts: number;
  readyAt: number;
  restart: NodeJS.Timeout | undefined;
  abandoned: boolean;
}

/** Makes a place without a worker. */
export function emptySlot(index: number): Slot {
  return {
    index,
    worker: undefined,
    crashes: 0,
    failedStarts: 0,
    readyAt: 0,
    restart: undefined,
    abandoned: false,
  };
}

/**
 * Counts a crash, and returns the time until the worker is replaced, in milliseconds; `undefined`
 * if too many starts in a row have failed and the place is abandoned.
 */
export function noteCrash(slot: Slot, wasReady: boolean): number | undefined {
  if (!wasReady && ++slot.failedStarts >= FAILED_STARTS) {
    slot.abandoned = true;
    return undefined;
  }
  if (wasReady && performance.now() - slot.readyAt >= WELL_AFTER_MS) slot.crashes = 0;
  const delayMs = Math.min(FIRST_RESTART_MS * 2 ** slot.crashes, LONGEST_RESTART_MS);
  slot.crashes++;
  return delayMs;
}
