import type { CallHeaders } from "./headers.js";

/**
 * The messages that a caller sends in a stream: any iterable, an async generator say. It is read as
 * fast as the other side takes messages, and left when the call ends.
 */
export type StreamInput<T> = AsyncIterable<T> | Iterable<T>;

/**
 * The responses of a streaming call, read with `for await`, once. Leaving the loop, by any exit, ends
 * the call on both sides. The loop throws the `RequestError` with which the call ended, after the
 * responses that came before it.
 */
export interface ResponseStream<T> extends AsyncIterableIterator<T>, AsyncDisposable {
  /**
   * The headers of the reply; there with the server's first step, which a handler takes with its
   * first response at the latest. Rejected when the call fails before.
   */
  readonly headers: Promise<CallHeaders>;
  /** The trailers of the reply; complete once the loop has ended. */
  readonly trailers: CallHeaders;
  /** Ends the call on both sides; a loop over it ends with the status `CANCELLED`. */
  cancel(): void;
}
