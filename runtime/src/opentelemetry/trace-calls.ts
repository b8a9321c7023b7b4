import type { Interceptor } from "../messaging/call/interceptor.js";
import { CallTrace } from "./call-trace.js";
import { type TraceOptions, telemetryOf } from "./telemetry.js";

/**
 * Makes a span and measurements of each call and each event, by OpenTelemetry's semantic conventions
 * 1.45.0: for `interceptors` of clients, reactors, services and publishers. The client's span is the
 * parent of the server's, and the publisher's is the parent of the handler's: the headers carry the
 * context. A handler runs in the context of its span, so that its own calls are children.
 *
 * A span ends with its call; the span of a stream ends with the last response. Its name and the
 * attribute `rpc.method` are the rpc's path, and `rpc.status_code` is the status. Messages and headers
 * are not recorded. Inside `retryCalls`, each attempt has a span.
 *
 * Without an SDK in the process there are no spans, and nothing is added to the headers.
 *
 * @example
 * ```ts
 * import { traceCalls } from "dividere/opentelemetry";
 * import { GreeterRequest } from "./gen/greeter_dividere.js";
 *
 * const interceptors = [traceCalls()];
 * await using greeter = new GreeterRequest("tcp://127.0.0.1:5555", { interceptors });
 * console.log(await greeter.reverse({ field1: "hello" }));
 * ```
 */
export function traceCalls(options?: TraceOptions): Interceptor {
  const telemetry = telemetryOf(options);
  return (next) => async (call) => new CallTrace(telemetry, call).carryOut(next);
}
