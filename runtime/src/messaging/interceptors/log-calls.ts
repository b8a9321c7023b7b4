import { DividereError, RequestError } from "../../base/errors.js";
import { log } from "../../base/log.js";
import type { Call, Interceptor } from "../call/interceptor.js";
import { whenEnded } from "./when-ended.js";

/** Options for {@link logCalls}. */
export interface LogCallsOptions {
  /** The level for successful calls. `info` by default; failed calls are logged as `warn`. */
  level?: "info" | "debug";
}

/**
 * Logs each call when it ends, in the layer `messaging`: its rpc, its duration in milliseconds, and
 * its status; for a stream, the number of responses too. Messages and headers are not logged.
 *
 * @example
 * ```ts
 * import { logCalls } from "dividere/messaging";
 * import { GreeterRequest } from "./gen/greeter_dividere.js";
 *
 * await using greeter = new GreeterRequest("tcp://127.0.0.1:5555", { interceptors: [logCalls()] });
 * console.log(await greeter.reverse({ field1: "hello" }));
 * ```
 */
export function logCalls({ level = "info" }: LogCallsOptions = {}): Interceptor {
  return (next) => async (call) => {
    const startedAt = performance.now();
    const report = (error: unknown, responses?: number): void => {
      const status = error === undefined ? "OK" : statusOf(error);
      const details = {
        rpc: call.rpc.path,
        status,
        ms: Math.round(10 * (performance.now() - startedAt)) / 10,
        ...(responses !== undefined && { responses }),
      };
      log("messaging", error === undefined ? level : "warn", details, describe(call, status));
    };
    try {
      const result = await next(call);
      if (result.messages === undefined) {
        report(undefined);
        return result;
      }
      return { ...result, messages: whenEnded(result.messages, report) };
    } catch (error) {
      report(error);
      throw error;
    }
  };
}

function statusOf(error: unknown): string {
  if (error instanceof RequestError) return error.status;
  return error instanceof DividereError ? error.code : "HANDLER_FAILED";
}

function describe({ rpc }: Call, status: string): string {
  return status === "OK" ? `${rpc.path} ended` : `${rpc.path} failed with ${status}`;
}
