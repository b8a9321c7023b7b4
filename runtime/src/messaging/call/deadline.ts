import type { Call } from "./interceptor.js";

/** What a call's deadline is by a clock that nobody sets. */
interface Due {
  /** The deadline that the call began with, as `Date.now()` counts. */
  readonly deadline: number;
  /** The same time, as `performance.now()` counts. */
  readonly due: number;
}

/** A copy of a call that an interceptor makes by `{ ...call }` has this property too. */
const DUE: unique symbol = Symbol("due");

type Timed = Pick<Call, "deadline"> & { readonly [DUE]?: Due };

/**
 * Returns the parts of a call that say when its time is up.
 *
 * @param timeoutMs - The time from now on; `Infinity` for no limit.
 */
export function deadlineIn(timeoutMs: number): Pick<Call, "deadline"> {
  if (timeoutMs === Number.POSITIVE_INFINITY) return { deadline: undefined };
  const deadline = Date.now() + timeoutMs;
  const timed: Timed = { deadline, [DUE]: { deadline, due: performance.now() + timeoutMs } };
  return timed;
}

/**
 * Returns the time until a call's deadline, in milliseconds; `Infinity` if it has none. Does not change
 * when somebody sets the clock, also where an interceptor has moved the deadline.
 */
export function remainingMs({ deadline, [DUE]: began }: Timed): number {
  if (deadline === undefined) return Number.POSITIVE_INFINITY;
  if (began === undefined) return deadline - Date.now();
  return began.due + (deadline - began.deadline) - performance.now();
}

/** Returns a call whose deadline is at most so many milliseconds away. */
export function limitedTo(call: Call, ms: number): Call {
  const left = remainingMs(call);
  if (left <= ms) return call;
  if (call.deadline === undefined) return { ...call, ...deadlineIn(ms) };
  return { ...call, deadline: call.deadline - (left - ms) };
}
