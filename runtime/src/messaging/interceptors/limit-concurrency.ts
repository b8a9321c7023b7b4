import { DividereError, RequestError } from "../../base/errors.js";
import { type Deferred, openWait } from "../../base/wait.js";
import { remainingMs } from "../call/deadline.js";
import type { Call, Interceptor } from "../call/interceptor.js";
import { whenEnded } from "./when-ended.js";

/** Options for {@link limitConcurrency}. */
export interface LimitConcurrencyOptions {
  /** The number of calls that may wait for a place; 1,000 by default. */
  maxWaiting?: number;
}

/**
 * Limits the number of calls in progress; further calls wait, in the order in which they were made,
 * within their deadlines. A stream counts until it has ended.
 *
 * @param limit - A whole number from 1.
 * @returns An interceptor that rejects a call with the status `RESOURCE_EXHAUSTED` when too many
 *   calls already wait, and with `TIMEOUT` when its deadline passes first.
 * @throws DividereError `OPTION_INVALID` for any other limit.
 *
 * @example
 * ```ts
 * import { limitConcurrency } from "dividere/messaging";
 * import { GreeterRequest } from "./gen/greeter_dividere.js";
 *
 * const interceptors = [limitConcurrency(8)];
 * await using greeter = new GreeterRequest("tcp://127.0.0.1:5555", { interceptors });
 * console.log(await greeter.reverse({ field1: "hello" }));
 * ```
 */
export function limitConcurrency(
  limit: number,
  { maxWaiting = 1_000 }: LimitConcurrencyOptions = {},
): Interceptor {
  if (!Number.isInteger(limit) || limit < 1) {
    throw new DividereError(
      "OPTION_INVALID",
      `limitConcurrency(${limit}): the limit is a whole number from 1`,
    );
  }
  let underWay = 0;
  const waiting = new Set<Deferred<void>>();
  const leave = (): void => {
    const [next] = waiting;
    if (next === undefined) underWay--;
    else {
      // The place passes from one call to the next.
      waiting.delete(next);
      next.resolve();
    }
  };
  const enter = (call: Call): Promise<void> | undefined => {
    if (underWay < limit) {
      underWay++;
      return undefined;
    }
    if (waiting.size >= maxWaiting) {
      throw new RequestError(
        "RESOURCE_EXHAUSTED",
        `${limit} calls are under way and ${maxWaiting} wait already; ${call.rpc.path} was not made`,
      );
    }
    const place: Deferred<void> = openWait<void>(
      { timeoutMs: remainingMs(call), signal: call.signal },
      () => `before ${call.rpc.path} was made: ${limit} calls were under way`,
      () => waiting.delete(place),
    );
    if (!place.settled) waiting.add(place);
    return place.promise;
  };
  return (next) => async (call) => {
    await enter(call);
    try {
      const result = await next(call);
      if (result.messages === undefined) {
        leave();
        return result;
      }
      return { ...result, messages: whenEnded(result.messages, leave) };
    } catch (error) {
      leave();
      throw error;
    }
  };
}
