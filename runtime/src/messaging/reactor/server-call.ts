import { RequestError } from "../../base/errors.js";
import type { Routed } from "../../connection/frames/routed.js";
import {
  type Call,
  type CallResult,
  type Interceptor,
  intercept,
  rpcInfo,
} from "../call/interceptor.js";
import type { RpcDefinition } from "../call/rpc.js";
import type { Envelope } from "../envelope/format.js";
import type { MessageType } from "../envelope/message-type.js";
import type { ReceivingLink } from "../links/link.js";
import type { Context, EventContext } from "./context.js";
import type { Handler, HandlerBinding, ReactorOptions } from "./handler.js";

/** The parts of a reactor that the handling of requests needs. */
export interface CallOwner {
  readonly options: ReactorOptions;
  /** The reactor itself. */
  readonly reactor: object;
  /** Whether the reactor refuses further requests. */
  readonly stopping: boolean;
  /**
   * Returns the handling of a request by the rpc that it names; `undefined` if its message type
   * decides.
   *
   * @throws RequestError `UNIMPLEMENTED` for an rpc that is not in the reactor's services.
   */
  bindingOf(envelope: Envelope): HandlerBinding | undefined;
  /** Returns the handling of a message that names no rpc. */
  bindingOfType(type: MessageType<object>, published: boolean): HandlerBinding;
  /** @throws DividereError `MISSING_HANDLER` */
  handlerOf(binding: HandlerBinding, typeName: string): Handler;
  report(error: unknown, context?: EventContext): void;
  /** Counts an answer whose client has left; `false` for another failure to send it. */
  countLost(arrival: Arrival, error: unknown): boolean;
}

/** An arrived request. */
export interface Arrival {
  readonly link: ReceivingLink;
  readonly inbound: Routed<Uint8Array>;
  readonly envelope: Envelope;
  /** The time of its arrival, as `performance.now()` counts. */
  readonly arrivedAt: number;
  /**
   * The time that was left of its client's time-out when it arrived, in milliseconds; below zero for a
   * request that was held up for too long, `undefined` for no limit.
   */
  readonly leftMs: number | undefined;
}

/** Answers requests about the reactor itself, apart from the user's handlers. */
export interface Introspector {
  /**
   * Takes a frame that is for the introspection, and returns the promise of its end, which never
   * rejects; returns `undefined` for any other frame.
   */
  take(arrival: Arrival): Promise<void> | undefined;
  /** Ends every stream with an error that is sent to its reader. */
  endStreams(error: unknown): void;
  /** Ends everything at once. */
  close(reason: unknown): void;
}

/** Calls a handler through the interceptors, and returns its result. */
export function invoke(
  handler: Handler,
  rpc: RpcDefinition,
  input: Pick<Call, "message" | "messages">,
  context: Context,
  options: ReactorOptions,
): unknown {
  const { interceptors } = options;
  if (interceptors === undefined || interceptors.length === 0)
    return handler(input.message ?? (input.messages as object), context);
  return intercepted(handler, rpc, input, context, interceptors);
}

async function intercepted(
  handler: Handler,
  rpc: RpcDefinition,
  input: Pick<Call, "message" | "messages">,
  context: Context,
  interceptors: readonly Interceptor[],
): Promise<unknown> {
  const innermost = async ({ message, messages }: Call): Promise<CallResult> => {
    const answer = await handler(message ?? (messages as object), context);
    const { responseHeaders: headers, responseTrailers: trailers } = context;
    if (isStream(answer)) return { headers, trailers, messages: answer };
    return { headers, trailers, ...(isObject(answer) && { message: answer }) };
  };
  const result = await intercept(
    interceptors,
    innermost,
  )({
    side: "server",
    endpoints: context.link.endpoints,
    ...(context.link.answering === "never" && { event: rpc.request.$type }),
    rpc: rpcInfo(rpc),
    headers: context.requestHeaders,
    deadline: context.deadline,
    get signal() {
      return context.signal;
    },
    ...input,
  });
  return result.messages ?? result.message;
}

function isStream(value: unknown): value is AsyncIterable<object> {
  return isObject(value) && Symbol.asyncIterator in value;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Makes the refusal of a request that arrives while the reactor stops. */
export function stoppingError(): RequestError {
  return new RequestError("STOPPING", "The other side is shutting down and takes no more requests");
}
