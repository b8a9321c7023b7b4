import { CallHeaders } from "../messaging/call/headers.js";
import { headersOf } from "../messaging/call/headers-of.js";
import type { Message } from "../messaging/envelope/message-type.js";
import { CallTrace } from "./call-trace.js";
import { type TraceOptions, telemetryOf } from "./telemetry.js";

/**
 * Handles an event of a subscriber's loop in the context of a span, whose parent is the publisher's
 * span. A reactor needs {@link traceCalls} instead.
 *
 * @param event - The event itself, as the subscriber gave it: a copy has lost its headers.
 * @param handle - Handles the event; the span ends with it.
 * @returns The result of `handle`; rejects with its error.
 *
 * @example
 * ```ts
 * import { traceEvent } from "dividere/opentelemetry";
 * import { GreeterSubscriber } from "./gen/greeter_dividere.js";
 *
 * await using events = new GreeterSubscriber("tcp://127.0.0.1:5556");
 * for await (const event of events) {
 *   await traceEvent(event, async ({ field1 }) => console.log("event:", field1));
 * }
 * ```
 */
export async function traceEvent<T extends object, R>(
  event: T,
  handle: (event: T) => R | PromiseLike<R>,
  options?: TraceOptions,
): Promise<Awaited<R>> {
  const { $type, $typeName } = event as Message;
  const type = $type ?? $typeName ?? "";
  const call = {
    side: "server",
    endpoints: [],
    event: type,
    rpc: { path: type, service: "", method: type, kind: "unary", idempotency: undefined },
    headers: headersOf(event),
    deadline: undefined,
    signal: undefined,
    message: event,
  } as const;
  const results: Awaited<R>[] = [];
  await new CallTrace(telemetryOf(options), call).carryOut(async () => {
    results.push(await handle(event));
    return { headers: new CallHeaders(), trailers: new CallHeaders() };
  });
  return results[0] as Awaited<R>;
}
