import { EventEmitter } from "node:events";
import { type RequestContext, RequestError, type StatusCode } from "dividere/messaging";

// What the server of the cases does, whatever the codec of its messages.

/** gRPC's codes by their numbers. */
const codes: readonly StatusCode[] = [
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

/** The headers that are sent back: one with the headers of the reply, the other with its trailers. */
export const echoInitial = "x-grpc-test-echo-initial";
export const echoTrailing = "x-grpc-test-echo-trailing-bin";

interface Body {
  readonly payload?: { readonly body: Uint8Array } | undefined;
}

interface Status {
  readonly code: number;
  readonly message: string;
}

interface Outputs {
  readonly responseParameters: readonly { readonly size: number }[];
  readonly responseStatus?: Status | undefined;
}

export interface BodyInit {
  payload: { body: Uint8Array };
}

/**
 * The handlers of the service, which tell of their streams: `begin` when one has begun, `end` with the error of its
 * requests, or with `undefined`, when it is over.
 */
export class Behaviour extends EventEmitter<{ begin: []; end: [error: unknown] }> {
  unary(
    msg: { readonly responseSize: number; readonly responseStatus?: Status | undefined },
    ctx: RequestContext,
  ): BodyInit {
    echoHeaders(ctx);
    throwStatus(msg.responseStatus);
    return bodyOf(msg.responseSize);
  }

  async input(
    msgs: AsyncIterable<Body>,
    ctx: RequestContext,
  ): Promise<{ aggregatedPayloadSize: number }> {
    echoHeaders(ctx);
    let aggregatedPayloadSize = 0;
    for await (const { payload } of this.#observed(msgs))
      aggregatedPayloadSize += payload?.body.length ?? 0;
    return { aggregatedPayloadSize };
  }

  async *output(msg: Outputs, ctx: RequestContext): AsyncIterable<BodyInit> {
    echoHeaders(ctx);
    yield* responsesTo(msg);
  }

  async *duplex(msgs: AsyncIterable<Outputs>, ctx: RequestContext): AsyncIterable<BodyInit> {
    echoHeaders(ctx);
    for await (const msg of this.#observed(msgs)) yield* responsesTo(msg);
  }

  async *#observed<T>(msgs: AsyncIterable<T>): AsyncIterable<T> {
    let failure: unknown;
    this.emit("begin");
    try {
      yield* msgs;
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      this.emit("end", failure);
    }
  }
}

function* responsesTo({ responseParameters, responseStatus }: Outputs): Iterable<BodyInit> {
  throwStatus(responseStatus);
  for (const { size } of responseParameters) yield bodyOf(size);
}

function bodyOf(size: number): BodyInit {
  return { payload: { body: new Uint8Array(size) } };
}

function echoHeaders({ requestHeaders, responseHeaders, responseTrailers }: RequestContext): void {
  for (const value of requestHeaders.getAll(echoInitial))
    responseHeaders.append(echoInitial, value);
  for (const value of requestHeaders.getAll(echoTrailing))
    responseTrailers.append(echoTrailing, value);
}

function throwStatus(status: Status | undefined): void {
  if (status === undefined || status.code === 0) return;
  throw new RequestError(codes[status.code - 1] ?? "UNKNOWN", status.message);
}
