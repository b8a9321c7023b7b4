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
export type { ConnectorOptions } from "../connection/connector.js";
export type { DealerOptions } from "../connection/dealer.js";
export type { Endpoints } from "../connection/endpoint.js";
export type { Routed } from "../connection/routed.js";
export { ack, Heartbeat, ShutdownEvent } from "../wire/gen/MsgLib.js";
export type { EventContext, RequestContext } from "./context.js";
export { Dealer } from "./dealer.js";
export {
  type Envelope,
  EnvelopeDecoder,
  EnvelopeEncoder,
  type EnvelopeExtras,
  readEnvelope,
} from "./envelope.js";
export { type Answering, Link, ReceivingLink } from "./link.js";
export * as LoadBalancing from "./load-balancing.js";
export type { Message, MessageOf, MessageType } from "./message-type.js";
export { type ProcessEnd, WorkerError } from "./mp-error.js";
export type { WorkerLinks } from "./mp-ipc.js";
export {
  type InitWorker,
  MpMsgReactor,
  type MpMsgReactorOptions,
  type WorkerContext,
  type WorkerStatus,
} from "./mp-msg-reactor.js";
export { Publisher, type PublisherOptions } from "./publisher.js";
export { MtMsgReactor, type ReactorOptions } from "./reactor.js";
export { Request } from "./request.js";
export { type CallOptions, RequestClient, type RequestClientOptions } from "./request-client.js";
export { Response } from "./response.js";
export { Router } from "./router.js";
export { Subscriber, type SubscriberOptions } from "./subscriber.js";
