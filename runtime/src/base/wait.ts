import { setMaxListeners } from "node:events";
import { DividereError } from "./errors.js";

/** How long to wait, for every call that waits. */
export interface WaitOptions {
  /**
   * Rejects with `TIMEOUT` after so many milliseconds. Without it the call waits as long as it
   * takes.
   */
  timeoutMs?: number | undefined;
  /** Rejects with the signal's reason when it is aborted. */
  signal?: AbortSignal | undefined;
}

/**
 * A promise that {@link Deferred.resolve} or {@link Deferred.reject} settles, and that a
 * {@link WaitOptions} may settle first.
 */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  /** Whether the promise has been settled, from either side. */
  readonly settled: boolean;
  resolve(value: T): void;
  reject(error: unknown): void;
}

/**
 * Opens a wait that ends with a value, an error, its time-out or its signal, whichever comes first,
 * and then lets go of timer and listener.
 *
 * @param describe - Says what was waited for, to complete the sentence "Timed out after 100 ms …".
 * @param onGivenUp - Called when time-out or signal ended the wait.
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
    // The caller has not begun to wait yet, so there is nothing for it to take back.
    deferred.reject(signal.reason);
    return deferred;
  }
  if (signal !== undefined) {
    // One signal may well end a thousand waits; at the eleventh Node.js would warn of a leak.
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

/** Counts a time-out down over several waits; gives what remains of it, in milliseconds. */
export function countdown(timeoutMs: number | undefined): () => number | undefined {
  if (timeoutMs === undefined) return () => undefined;
  const endsAt = performance.now() + timeoutMs;
  return () => endsAt - performance.now();
}

/**
 * Puts the stack of the caller into a time-out, which was made in a timer and shows nothing else.
 * To be called in the `catch` of an `await`, where V8 knows who awaits. Costs nothing to a wait that
 * does not time out.
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
 * Node.js fires a timer at once when its delay does not fit in 31 bits; a longer wait is as good as
 * this one.
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
