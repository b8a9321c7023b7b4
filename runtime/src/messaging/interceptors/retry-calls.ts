import { setTimeout as delay } from "node:timers/promises";
import { DividereError, RequestError } from "../../base/errors.js";
import { limitedTo, remainingMs } from "../call/deadline.js";
import type { Call, CallHandler, CallResult, Interceptor } from "../call/interceptor.js";

/** Options for {@link retryCalls}. */
export interface RetryCallsOptions {
  /** The highest number of attempts for a call, the first included. 3 by default. */
  maxAttempts?: number;
  /**
   * The longest wait before the second attempt, in milliseconds; the limit doubles with each
   * further attempt. 100 by default.
   */
  firstDelayMs?: number;
  /** The longest wait before any attempt, in milliseconds. 5,000 by default. */
  maxDelayMs?: number;
  /**
   * The time that one attempt waits for its answer, in milliseconds; by default as long as the call
   * itself, so that only a failed attempt is repeated.
   */
  attemptTimeoutMs?: number;
  /**
   * The statuses after which a call is repeated. By default those of an absent or unready server:
   * `UNAVAILABLE`, `STOPPING`, `WORKER_LOST`, `QUEUE_FULL` and `RESOURCE_EXHAUSTED`.
   */
  statuses?: readonly string[];
  /**
   * Rpcs to repeat although their proto file does not mark them as idempotent, such as
   * `"greeter.v1.Greeter/Reverse"`. Each may be carried out several times.
   */
  rpcs?: readonly string[];
}

const STATUSES = ["UNAVAILABLE", "STOPPING", "WORKER_LOST", "QUEUE_FULL", "RESOURCE_EXHAUSTED"];

/**
 * Repeats failed calls, after a random wait up to a limit that doubles each time ("full jitter").
 * Repeats only rpcs whose `idempotency_level` in the proto file allows it, or that the options
 * name; never a stream of requests, which can be read only once, nor a stream of responses that has
 * begun. The deadline of the call holds for all attempts together.
 *
 * @example
 * ```ts
 * import { retryCalls } from "dividere/messaging";
 * import { GreeterRequest } from "./gen/greeter_dividere.js";
 *
 * const interceptors = [retryCalls({ maxAttempts: 5, rpcs: ["Greeter/Reverse"] })];
 * await using greeter = new GreeterRequest("tcp://127.0.0.1:5555", { interceptors });
 * console.log(await greeter.reverse({ field1: "hello" }));
 * ```
 */
export function retryCalls(options: RetryCallsOptions = {}): Interceptor {
  const { maxAttempts = 3, firstDelayMs = 100, maxDelayMs = 5_000, attemptTimeoutMs } = options;
  const statuses = new Set(options.statuses ?? STATUSES);
  const named = new Set(options.rpcs);
  const repeatable = ({ rpc, messages }: Call): boolean =>
    messages === undefined && (rpc.idempotency !== undefined || named.has(rpc.path));
  const passes = (error: unknown): boolean =>
    (attemptTimeoutMs !== undefined && isTimeout(error)) ||
    (error instanceof RequestError && statuses.has(error.status));
  const attempts = async (next: CallHandler, call: Call): Promise<CallResult> => {
    for (let attempt = 1; ; attempt++) {
      try {
        const numbered = attempt === 1 ? call : { ...call, attempt };
        return await next(limitedTo(numbered, attemptTimeoutMs ?? Number.POSITIVE_INFINITY));
      } catch (error) {
        const longestMs = Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1));
        const waitMs = Math.random() * longestMs;
        // The last error says more than a time-out after a futile wait.
        const tooLate = waitMs >= remainingMs(call);
        if (attempt >= maxAttempts || !passes(error) || tooLate) throw error;
        await pause(waitMs, call.signal);
      }
    }
  };
  return (next) => (call) => (repeatable(call) ? attempts(next, call) : next(call));
}

/** @throws the signal's reason. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  const options = signal && { signal };
  await delay(ms, undefined, options).catch(() => Promise.reject(signal?.reason));
}

function isTimeout(error: unknown): boolean {
  return error instanceof DividereError && error.code === "TIMEOUT";
}
