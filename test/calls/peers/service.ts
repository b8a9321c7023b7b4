import type { CallOptions, RequestClient, ResponseStream, StreamInput } from "dividere/messaging";

// The messages and the client of calls.v1.TestService, as those of ts-proto and of protobuf-es both are: the cases are
// written once for both.

export interface Payload {
  readonly body?: Uint8Array;
}

export interface EchoStatus {
  readonly code: number;
  readonly message: string;
}

export interface SimpleRequest {
  readonly responseSize?: number;
  readonly payload?: Payload;
  readonly responseStatus?: EchoStatus;
}

export interface InputRequest {
  readonly payload?: Payload;
}

export interface OutputRequest {
  readonly responseParameters?: { readonly size: number }[];
  readonly payload?: Payload;
  readonly responseStatus?: EchoStatus;
}

/** A response with a body. */
export interface Answer {
  readonly payload?: { readonly body: Uint8Array } | undefined;
}

export interface Total {
  readonly aggregatedPayloadSize: number;
}

/** A generated client, with one rpc more than the server knows. */
export interface TestClient extends RequestClient {
  emptyCall(msg: object, options?: CallOptions): Promise<object>;
  unaryCall(msg: SimpleRequest, options?: CallOptions): Promise<Answer>;
  streamingInputCall(msgs: StreamInput<InputRequest>, options?: CallOptions): Promise<Total>;
  streamingOutputCall(msg: OutputRequest, options?: CallOptions): ResponseStream<Answer>;
  fullDuplexCall(msgs: StreamInput<OutputRequest>, options?: CallOptions): ResponseStream<Answer>;
  unimplementedCall(): Promise<object>;
}

/** The client of a service that the server does not serve. */
export interface StrangersClient extends RequestClient {
  unimplementedCall(msg: object, options?: CallOptions): Promise<object>;
}
