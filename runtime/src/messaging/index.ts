/**
 * Typed protobuf messages in envelopes, and reactors that handle them.
 *
 * @module
 */
export {
  ConnectionError,
  DecodeError,
  DividereError,
  type ErrorCode,
  RequestError,
  RetryError,
} from "../base/errors.js";
export type { WaitOptions } from "../base/wait.js";
export type { DealerOptions } from "../connection/dealer.js";
export type { Routed } from "../connection/frames/routed.js";
export type { ConnectorOptions } from "../connection/socket/connector.js";
export type { Endpoints } from "../connection/socket/endpoint.js";
export { ack, Heartbeat, ShutdownEvent } from "../wire/gen/MsgLib.js";
export {
  type CallOptions,
  RequestClient,
  type RequestClientOptions,
} from "./client/request-client.js";
export {
  type Envelope,
  EnvelopeDecoder,
  EnvelopeEncoder,
  type EnvelopeExtras,
  readEnvelope,
} from "./envelope/envelope.js";
export type { Message, MessageOf, MessageType } from "./envelope/message-type.js";
export type { WorkerLinks } from "./farm/ipc.js";
export {
  type InitWorker,
  MpMsgReactor,
  type MpMsgReactorOptions,
  type WorkerContext,
  type WorkerStatus,
} from "./farm/mp-msg-reactor.js";
export { type ProcessEnd, WorkerError } from "./farm/worker-error.js";
export { Dealer } from "./links/dealer.js";
export { type Answering, Link, ReceivingLink } from "./links/link.js";
export { Publisher, type PublisherOptions } from "./links/publisher.js";
export { Request } from "./links/request.js";
export { Response } from "./links/response.js";
export { Router } from "./links/router.js";
export { Subscriber, type SubscriberOptions } from "./links/subscriber.js";
export * as LoadBalancing from "./load-balancing/index.js";
export type { EventContext, RequestContext } from "./reactor/context.js";
export { MtMsgReactor, type ReactorOptions } from "./reactor/reactor.js";
