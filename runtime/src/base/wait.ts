import { setMaxListeners } from "node:events";
import { DividereError } from "./errors.js";

/** Options for every call that waits. */
export interface WaitOptions {
  /**
   * Rejects with `TIMEOUT` after this time, in milliseconds. Without it the call waits without a
   * limit.
   */
  timeoutMs?: number | undefined;
  /** Rejects with the signal's reason when it is aborted. */
  signal?: AbortSignal | undefined;
}

/**
 * A promise that {@link Deferred.resolve} or {@link Deferred.reject} settles, unless the
 * {@link WaitOptions} settle it first.
 */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  /** Whether the promise has been settled, by a call or by the options. */
  readonly settled: boolean;
  resolve(value: T): void;
  reject(error: unknown): void;
}

/**
 * Opens a wait that ends with a value, an error, its time-out or its signal, whichever comes first,
 * and then removes its timer and listener.
 *
 * @param describe - Completes the sentence "Timed out after 100 ms …" with the awaited event.
 * @param onGivenUp - Called when the time-out or the signal ended the wait.
 */
export function openWait<T>(
  options: WaitOptions | undefined,
  describe: () => string,
  onGivenUp?: () => void,
): Deferred<T> {
  let settled = false;
  let resolvePromise!: (value: T) => void;
  let rejectPromise!: (error: unknown) => void;
  const promise = new Promise<T>((resolve, reject) => {
    resolvePromise = resolve;
    rejectPromise = reject;
  });
  let timer: NodeJS.Timeout | undefined;
  const signal = options?.signal;
  const settle = (): boolean => {
    if (settled) return false;
    settled = true;
    if (timer !== undefined) clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    return true;
  };
  const giveUp = (error: unknown): void => {
    if (!settle()) return;
    rejectPromise(error);
    onGivenUp?.();
  };
  const onAbort = (): void => giveUp(signal?.reason);
  const deferred: Deferred<T> = {
    promise,
    get settled() {
      return settled;
    },
    resolve(value) {
      if (settle()) resolvePromise(value);
    },
    reject(error) {
      if (settle()) rejectPromise(error);
    },
  };
  if (signal?.aborted) {
    // The caller has not begun to wait yet, so it has nothing to undo.
    deferred.reject(signal.reason);
    return deferred;
  }
  if (signal !== undefined) {
    // One signal may end a thousand waits; Node.js would warn of a leak at the eleventh listener.
    setMaxListeners(Number.POSITIVE_INFINITY, signal);
    signal.addEventListener("abort", onAbort, { once: true });
  }
  const timeoutMs = options?.timeoutMs;
  if (timeoutMs !== undefined && timeoutMs !== Number.POSITIVE_INFINITY) {
    timer = setTimeout(
      () =>
        giveUp(
          new DividereError("TIMEOUT", `Timed out after ${Math.round(timeoutMs)} ms ${describe()}`),
        ),
      clampTimer(timeoutMs),
    );
  }
  return deferred;
}

/** Returns a function that gives the rest of a time-out, in milliseconds, for several waits in a row. */
export function countdown(timeoutMs: number | undefined): () => number | undefined {
  if (timeoutMs === undefined) return () => undefined;
  const endsAt = performance.now() + timeoutMs;
  return () => endsAt - performance.now();
}

/**
 * Gives a time-out error the stack of the caller: a timer made the error, so its own stack shows only
 * the timer. Call it in the `catch` of an `await`, where V8 knows the awaiting function. It costs
 * nothing unless the wait times out.
 *
 * @returns the same error
 */
export function withCallerStack(error: unknown): unknown {
  if (error instanceof DividereError && error.code === "TIMEOUT") {
    Error.captureStackTrace(error, withCallerStack);
  }
  return error;
}

/**
 * The longest delay of a timer: Node.js fires a timer at once when its delay does not fit in 31 bits.
 * Longer waits are cut to this one, 24 days.
 */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Calls `then` after so many milliseconds, unless the returned function is called before. */
export function timer(ms: number, then: () => void): () => void {
  const timeout = setTimeout(then, clampTimer(ms));
  return () => clearTimeout(timeout);
}

function clampTimer(ms: number): number {
  return Math.min(Math.max(0, ms), LONGEST_TIMER_MS);
}
