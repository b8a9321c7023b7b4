import type { CallHeaders } from "./headers.js";
import type { Idempotency, RpcDefinition, RpcKind } from "./rpc.js";

/** The rpc of a call, as an interceptor sees it. */
export interface RpcInfo {
  /** The full name of the rpc, such as `greeter.v1.Greeter/Reverse`. */
  readonly path: string;
  /** The full name of the service. */
  readonly service: string;
  /** The name of the rpc in its service. */
  readonly method: string;
  /** Whether the requests and the responses are streams. */
  readonly kind: RpcKind;
  /**
   * Whether the rpc may be carried out more than once; `undefined` if the proto file does not say.
   */
  readonly idempotency: Idempotency | undefined;
}

/**
 * A call on its way to the server or, at the server, to its handler; or the publishing or the
 * handling of an event.
 */
export interface Call {
  /** The end of the call at which the interceptor stands. A publisher is a client. */
  readonly side: "client" | "server";
  /** The endpoints of the client or the publisher, or of the link on which the call arrived. */
  readonly endpoints: readonly string[];
  /**
   * For a published event, which nobody answers, the full name of its message type; `undefined` for
   * a call.
   */
  readonly event?: string;
  /** The number of the attempt, from 2, if `retryCalls` repeats the call. */
  readonly attempt?: number;
  /** The rpc that is called. */
  readonly rpc: RpcInfo;
  /** The headers of the request or the event. An interceptor of the client may change them. */
  readonly headers: CallHeaders;
  /** The time when the caller stops waiting, as `Date.now()` counts; `undefined` for never. */
  readonly deadline: number | undefined;
  /** Aborted when the call is given up. */
  readonly signal: AbortSignal | undefined;
  /** The request, if it is a single message, or the event. */
  readonly message?: object;
  /** The requests, if they are a stream. */
  readonly messages?: AsyncIterable<object>;
}

/** The outcome of a call. */
export interface CallResult {
  /** The headers of the reply. At the client of a stream they arrive with the first response. */
  readonly headers: CallHeaders;
  /** The trailers of the reply. The trailers of a stream are complete at its end. */
  readonly trailers: CallHeaders;
  /** The response, if it is a single message. */
  readonly message?: object;
  /** The responses, if they are a stream. */
  readonly messages?: AsyncIterable<object>;
}

/** Carries out a call; rejects with the error of a failed call. */
export type CallHandler = (call: Call) => Promise<CallResult>;

/**
 * Stands between a caller and the server, or between the server and its handler: the same shape for
 * both ends, for all kinds of rpcs and for published events. An interceptor may inspect a call,
 * change its headers, replace its messages, and carry the call out several times or not at all.
 *
 * @example
 * ```ts
 * import type { Interceptor } from "dividere/messaging";
 *
 * export const withToken: Interceptor = (next) => (call) => {
 *   call.headers.set("authorization", "Bearer …");
 *   return next(call);
 * };
 * ```
 */
export type Interceptor = (next: CallHandler) => CallHandler;

/** Puts interceptors around a handler; the first interceptor is the outermost. */
export function intercept(
  interceptors: readonly Interceptor[] | undefined,
  handler: CallHandler,
): CallHandler {
  return (interceptors ?? []).reduceRight((next, interceptor) => interceptor(next), handler);
}

const infos = new WeakMap<RpcDefinition, RpcInfo>();

/** Describes an rpc for interceptors. */
export function rpcInfo(rpc: RpcDefinition): RpcInfo {
  let info = infos.get(rpc);
  if (info === undefined) {
    const slash = rpc.path.lastIndexOf("/");
    info = {
      path: rpc.path,
      service: rpc.path.slice(0, Math.max(0, slash)),
      method: rpc.path.slice(slash + 1),
      kind: rpc.kind ?? "unary",
      idempotency: rpc.idempotency,
    };
    infos.set(rpc, info);
  }
  return info;
}
