import type { ConnectorOptions } from "../../connection/socket/options.js";
import type { CallHeaders, HeadersInit } from "../call/headers.js";
import type { Interceptor } from "../call/interceptor.js";

/** Options for {@link RequestClient}. */
export interface RequestClientOptions extends ConnectorOptions {
  /**
   * How long a call waits for its answer when it says nothing, in milliseconds. 10,000 by default,
   * or as long as the retries take where there are any; `Infinity` is as long as it takes. A stream
   * may last as long as it takes unless its own options say otherwise.
   */
  timeoutMs?: number;
  /**
   * How often a request that gets no answer is sent again (ZeroMQ guide, chapter 4, "Lazy Pirate"),
   * to the next endpoint where there are several. It may then be carried out more than once. 0 by
   * default.
   */
  maxRetries?: number;
  /**
   * How long to wait for an answer before a request is sent again, in milliseconds. 5,000 by
   * default.
   */
  retryTimeoutMs?: number;
  /** Stand around every call of an rpc, the first one outermost. None by default. */
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
   * How long to wait for the answer, or for the end of a stream, in milliseconds; the client's
   * `timeoutMs` by default. The server is told too.
   */
  timeoutMs?: number;
  /**
   * Gives the call up when it is aborted, which rejects it with the signal's reason. A server that
   * has shown that it understands it is told, and aborts the signal of its handler.
   */
  signal?: AbortSignal;
  /** The headers of the request. */
  headers?: HeadersInit;
  /** Called with the headers of the reply, before the call ends. */
  onHeaders?(headers: CallHeaders): void;
  /** Called with the trailers of the reply, before the call ends; for one that fails too. */
  onTrailers?(trailers: CallHeaders): void;
}
