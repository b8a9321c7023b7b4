import type { ConnectorOptions } from "../../connection/socket/options.js";
import type { CallHeaders, HeadersInit } from "../call/headers.js";
import type { Interceptor } from "../call/interceptor.js";

/** Options for {@link RequestClient}. */
export interface RequestClientOptions extends ConnectorOptions {
  /**
   * The default time-out of the client's calls, in milliseconds: 10,000, or with retries the time
   * that they take; `Infinity` for no limit. Streams have no time-out by default.
   */
  timeoutMs?: number;
  /**
   * How often an unanswered request is sent again, to the next of several endpoints (ZeroMQ guide,
   * chapter 4, "Lazy Pirate"). It may then be carried out more than once. 0 by default.
   */
  maxRetries?: number;
  /** The time until an unanswered request is sent again, in milliseconds. 5,000 by default. */
  retryTimeoutMs?: number;
  /** Interceptors around every call of an rpc, the first one outermost. None by default. */
  interceptors?: readonly Interceptor[];
  /**
   * The longest pause in a stream, in milliseconds: both ends then show that they are alive, and an
   * end that hears nothing for three times as long gives the call up. 10,000 by default; 0 for
   * pauses of any length.
   */
  keepAliveMs?: number;
}

/** Options for a call. */
export interface CallOptions {
  /**
   * The time until the answer, or the end of a stream, in milliseconds; by default the client's
   * `timeoutMs` for an answer, and no limit for a stream. The server gets it too. 0 or less fails
   * with `TIMEOUT` before anything is sent, `NaN` with `OPTION_INVALID`; timers end after 24 days at
   * the latest.
   */
  timeoutMs?: number;
  /**
   * Rejects the call with the signal's reason when aborted. The client then tells a server that has
   * shown that it understands cancellation, and the server aborts the signal of the handler.
   */
  signal?: AbortSignal;
  /** The headers of the request. */
  headers?: HeadersInit;
  /** Called with the headers of the reply, before the call ends. */
  onHeaders?(headers: CallHeaders): void;
  /** Called with the trailers of the reply, before the call ends; for one that fails too. */
  onTrailers?(trailers: CallHeaders): void;
}
