import type { EnvelopeHeader } from "../envelope/format.js";
import { CallHeaders } from "./headers.js";

const noted = new WeakMap<object, readonly EnvelopeHeader[]>();

/** Remembers the headers with which a message arrived, for as long as the message is in use. */
export function noteHeaders(message: object, headers: readonly EnvelopeHeader[]): void {
  noted.set(message, headers);
}

/**
 * Returns the headers with which a message arrived at a {@link Subscriber} or another link; empty if
 * it had none. A handler of a reactor has them in `ctx.requestHeaders`.
 *
 * @param message - The message itself, as `recv` or a loop gave it: a copy has no headers.
 * @throws DividereError `HEADERS_INVALID` for headers that this package would not send.
 *
 * @example
 * ```ts
 * import { headersOf } from "dividere/messaging";
 * import { GreeterSubscriber } from "./gen/greeter_dividere.js";
 *
 * await using events = new GreeterSubscriber("tcp://127.0.0.1:5556");
 * for await (const event of events) console.log(event.field1, headersOf(event).get("tenant"));
 * ```
 */
export function headersOf(message: object): CallHeaders {
  const headers = new CallHeaders();
  headers._read(noted.get(message), false);
  return headers;
}
