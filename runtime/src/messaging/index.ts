/**
 * Typed protobuf messages in envelopes, and reactors that handle them.
 *
 * @module
 */
export type { Drained, DrainOptions } from "../base/drain.js";
export {
  ConnectionError,
  DecodeError,
  DividereError,
  type ErrorCode,
  type ErrorDetail,
  RequestError,
  RetryError,
} from "../base/errors.js";
export { type Stoppable, stopOnSignals } from "../base/signals.js";
export type { StatusCode } from "../base/status-code.js";
export type { WaitOptions } from "../base/wait.js";
export type { DealerOptions } from "../connection/dealer.js";
export type { Routed } from "../connection/frames/routed.js";
export type { Endpoints } from "../connection/socket/endpoint.js";
export type { ConnectorOptions } from "../connection/socket/options.js";
export { ack, Heartbeat, ShutdownEvent } from "../wire/gen/MsgLib.js";
export { errorDetail } from "./call/error-detail.js";
export { CallHeaders, type HeadersInit, type HeaderValue } from "./call/headers.js";
export { headersOf } from "./call/headers-of.js";
export type {
  Call,
  CallHandler,
  CallResult,
  Interceptor,
  RpcInfo,
} from "./call/interceptor.js";
export { rawType } from "./call/raw-type.js";
export type { Idempotency, RpcKind } from "./call/rpc.js";
export type { ResponseStream, StreamInput } from "./call/streams.js";
export type { CallOptions, RequestClientOptions } from "./client/call-options.js";
export { DynamicClient, type DynamicRpc } from "./client/dynamic-client.js";
export { RequestClient } from "./client/request-client.js";
export { EnvelopeDecoder } from "./envelope/decoder.js";
export { EnvelopeEncoder } from "./envelope/encoder.js";
export type { Envelope, EnvelopeExtras } from "./envelope/format.js";
export type { Message, MessageInit, MessageOf, MessageType } from "./envelope/message-type.js";
export { readEnvelope } from "./envelope/parse.js";
export { MpMsgReactor } from "./farm/mp-msg-reactor.js";
export type { MpMsgReactorOptions } from "./farm/options.js";
export type { InitWorker, WorkerContext } from "./farm/process/init-worker.js";
export type { WorkerLinks } from "./farm/process/ipc.js";
export { type ProcessEnd, WorkerError } from "./farm/process/worker-error.js";
export type { WorkerStatus } from "./farm/worker-status.js";
export { Reactors } from "./generated/reactors.js";
export {
  type LimitConcurrencyOptions,
  limitConcurrency,
} from "./interceptors/limit-concurrency.js";
export { type LogCallsOptions, logCalls } from "./interceptors/log-calls.js";
export { type RetryCallsOptions, retryCalls } from "./interceptors/retry-calls.js";
export { Dealer } from "./links/dealer.js";
export type { Gap, GapCounts } from "./links/gaps.js";
export { type Answering, Link, ReceivingLink } from "./links/link.js";
export { Publisher, type PublisherOptions, type PublishOptions } from "./links/publisher.js";
export { Request } from "./links/request.js";
export { Response } from "./links/response.js";
export { Router } from "./links/router.js";
export { Subscriber, type SubscriberOptions, type SubscriberStats } from "./links/subscriber.js";
export * as LoadBalancing from "./load-balancing/index.js";
export type { EventContext, RequestContext } from "./reactor/context.js";
export type { ReactorOptions } from "./reactor/handler.js";
export { MtMsgReactor } from "./reactor/reactor.js";
export type { LatencyBucket, LatencyStats } from "./stats/histogram.js";
export type { ProcessMemory, ReactorLinkStats, ReactorStats } from "./stats/reactor-stats.js";
export type { RpcStats } from "./stats/rpc-counters.js";
