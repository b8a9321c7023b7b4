import { setTimeout as delay } from "node:timers/promises";
import { RequestError } from "../../base/errors.js";
import type { CallOptions } from "../../messaging/client/call-options.js";
import type { DealerPool } from "../../messaging/client/dealer-pool.js";

/** The pause before the next registry is asked; doubled each time. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

/** Whether another registry may answer what this one did not. */
export function isElsewhere(error: unknown): boolean {
  return (
    error instanceof RequestError && (error.status === "UNAVAILABLE" || error.status === "STOPPING")
  );
}

/**
 * Makes a call that may be repeated; with several registries, goes on to the next when one is lost or cannot
 * reach its store, within the call's time.
 */
export async function persist<T>(
  pool: DealerPool,
  options: CallOptions,
  attempt: (options: CallOptions) => Promise<T>,
): Promise<T> {
  const { timeoutMs = Number.POSITIVE_INFINITY } = options;
  const endsAt = performance.now() + timeoutMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const leftMs = endsAt - performance.now();
    try {
      return await attempt({ ...options, timeoutMs: leftMs });
    } catch (error) {
      if (!pool.movable || !isElsewhere(error) || endsAt - performance.now() <= pauseMs)
        throw error;
      pool.skip();
      await delay(pauseMs);
      options.signal?.throwIfAborted();
    }
  }
}
