import type { CallHeaders } from "./headers.js";

/**
 * The messages that a caller sends in a stream: any iterable, for example an async generator. The
 * call reads it as fast as the other side takes messages, and leaves it when the call ends.
 */
export type StreamInput<T> = AsyncIterable<T> | Iterable<T>;

/**
 * The responses of a streaming call, to be read once, with `for await`. Leaving the loop, by any
 * exit, ends the call on both sides. The loop throws the `RequestError` with which the call ended,
 * after the responses that came before it.
 */
export interface ResponseStream<T> extends AsyncIterableIterator<T>, AsyncDisposable {
  /**
   * The headers of the reply. Fulfilled at the server's first step, which comes with the handler's
   * first response at the latest; rejected if the call fails before that.
   */
  readonly headers: Promise<CallHeaders>;
  /** The trailers of the reply; complete once the loop has ended. */
  readonly trailers: CallHeaders;
  /** Ends the call on both sides; a loop over the responses ends with the status `CANCELLED`. */
  cancel(): void;
}
