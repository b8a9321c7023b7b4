import type { ConnectorOptions } from "../../connection/socket/options.js";
import type { CallHeaders, HeadersInit } from "../call/headers.js";
import type { Interceptor } from "../call/interceptor.js";

/** Options for {@link RequestClient}. */
export interface RequestClientOptions extends ConnectorOptions {
  /**
   * The default time-out of the client's calls, in milliseconds: 10,000, or with retries the time
   * that all retries take; `Infinity` for no limit. Streams have no time-out by default.
   */
  timeoutMs?: number;
  /**
   * The number of times that an unanswered request is sent again, to the next of several endpoints
   * (ZeroMQ guide, chapter 4, "Lazy Pirate"). The request may then be carried out more than once. 0
   * by default.
   */
  maxRetries?: number;
  /** The time until an unanswered request is sent again, in milliseconds. 5,000 by default. */
  retryTimeoutMs?: number;
  /**
   * The name under which the server is registered; a server that is registered under another name
   * refuses the requests with the status `WRONG_SERVICE`. `lookup` sets it. None by default.
   */
  serviceName?: string;
  /** Interceptors around every call of an rpc; the first is the outermost. None by default. */
  interceptors?: readonly Interceptor[];
  /**
   * The longest pause in a stream, in milliseconds. After such a pause both ends send a sign of
   * life, and an end that receives nothing for three times as long gives the call up. 10,000 by
   * default; 0 allows pauses of any length.
   */
  keepAliveMs?: number;
}

/** Options for a call. */
export interface CallOptions {
  /**
   * The time limit for the answer, or for the end of a stream, in milliseconds; by default the
   * client's `timeoutMs` for an answer, and no limit for a stream. The client tells the server this
   * time too. A call with 0 or less fails with `TIMEOUT` before anything is sent, a call with `NaN`
   * fails with `OPTION_INVALID`; timers end after 24 days at the latest.
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
  /** Called with the trailers of the reply, before the call ends; also for a call that fails. */
  onTrailers?(trailers: CallHeaders): void;
}
