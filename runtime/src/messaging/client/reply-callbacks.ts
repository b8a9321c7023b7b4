import { noteRejection } from "../../base/listeners.js";
import type { CallHeaders } from "../call/headers.js";
import type { CallOptions } from "./call-options.js";

/** Tells the caller the headers of a reply. What the callback throws fails the call. */
export function tellHeaders(options: CallOptions | undefined, headers: CallHeaders): void {
  noteRejection("messaging", "onHeaders", options?.onHeaders?.(headers));
}

/** Tells the caller the trailers of a reply. What the callback throws fails the call. */
export function tellTrailers(options: CallOptions | undefined, trailers: CallHeaders): void {
  noteRejection("messaging", "onTrailers", options?.onTrailers?.(trailers));
}

/** Tells the caller both. */
export function tellReply(
  options: CallOptions | undefined,
  { headers, trailers }: { readonly headers: CallHeaders; readonly trailers: CallHeaders },
): void {
  tellHeaders(options, headers);
  tellTrailers(options, trailers);
}
