import { setMaxListeners } from "node:events";
import { DividereError } from "./errors.js";

/** Options for every call that waits. */
export interface WaitOptions {
  /**
   * Rejects with `TIMEOUT` after this time, in milliseconds. Without it, or with `Infinity`, the call
   * waits without a limit; with 0 or less for nothing that is not there already; `NaN` is refused with
   * `OPTION_INVALID` where the call has to wait. Timers end after 24 days at the latest.
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

/** The number of waits that have not ended; each is work that the process is expected to do. */
let openCount = 0;

/** Returns the number of waits of this thread that have not ended. */
export function openWaits(): number {
  return openCount;
}

/** Leaves one open wait, which is nobody's work, out of the count until the returned function is called. */
export function leaveOutWait(): () => void {
  openCount--;
  let left = true;
  return () => {
    if (left) openCount++;
    left = false;
  };
}

/** A {@link Deferred} with its timer; it is the listener of its signal. */
class Wait<T> implements Deferred<T> {
  readonly promise: Promise<T>;
  settled = false;
  #resolve!: (value: T) => void;
  #reject!: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #signal: AbortSignal | undefined;
  readonly #options: WaitOptions | undefined;
  readonly #describe: () => string;
  readonly #onGivenUp: (() => void) | undefined;

  constructor(
    options: WaitOptions | undefined,
    describe: () => string,
    onGivenUp: (() => void) | undefined,
  ) {
    this.#options = options;
    this.#describe = describe;
    this.#onGivenUp = onGivenUp;
    this.promise = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    openCount++;
    if (options !== undefined) this.#limit(options);
  }

  /** A property and no method, so that it can be handed on by itself. */
  readonly resolve = (value: T): void => {
    if (this.#settle()) this.#resolve(value);
  };

  readonly reject = (error: unknown): void => {
    if (this.#settle()) this.#reject(error);
  };

  /** Called by the signal when it is aborted. */
  handleEvent(): void {
    this.#giveUp(this.#signal?.reason);
  }

  #limit({ signal, timeoutMs }: WaitOptions): void {
    if (signal?.aborted) {
      // The caller has not begun to wait yet, so it has nothing to undo.
      this.reject(signal.reason);
      return;
    }
    if (signal !== undefined) {
      this.#signal = signal;
      // One signal may end a thousand waits; Node.js would warn of a leak at the eleventh listener.
      setMaxListeners(Number.POSITIVE_INFINITY, signal);
      signal.addEventListener("abort", this, { once: true });
    }
    if (Number.isNaN(timeoutMs)) {
      this.reject(new DividereError("OPTION_INVALID", "timeoutMs is NaN; give milliseconds"));
      return;
    }
    if (timeoutMs !== undefined && timeoutMs !== Number.POSITIVE_INFINITY) {
      this.#timer = setTimeout(timedOut, clampTimer(timeoutMs), this);
    }
  }

  #settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    openCount--;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this);
    return true;
  }

  #giveUp(error: unknown): void {
    if (!this.#settle()) return;
    this.#reject(error);
    this.#onGivenUp?.();
  }

  timeOut(): void {
    const timeoutMs = Math.round(this.#options?.timeoutMs ?? 0);
    this.#giveUp(
      new DividereError("TIMEOUT", `Timed out after ${timeoutMs} ms ${this.#describe()}`),
    );
  }
}

const timedOut = (wait: { timeOut(): void }): void => wait.timeOut();

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
  return new Wait<T>(options, describe, onGivenUp);
}

/** Whether a wait with these options can end before what it waits for. */
export function canGiveUp(options: WaitOptions | undefined): boolean {
  return options?.timeoutMs !== undefined || options?.signal !== undefined;
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

/** The time in milliseconds since 1970, by a clock that nobody sets while the process runs. */
export function steadyNow(): number {
  return performance.timeOrigin + performance.now();
}

/** Calls `then` after so many milliseconds, unless the returned function is called before. */
export function timer(ms: number, then: () => void): () => void {
  const timeout = setTimeout(then, clampTimer(ms));
  return () => clearTimeout(timeout);
}

function clampTimer(ms: number): number {
  return Math.min(Math.max(0, ms), LONGEST_TIMER_MS);
}
