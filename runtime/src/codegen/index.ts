/**
 * The entry point for generated code only: its names change only together with the plugin.
 *
 * @module
 */
export type { Endpoints } from "../connection/socket/endpoint.js";
export type { RpcDefinition, ServiceDefinition } from "../messaging/call/rpc.js";
export type { ResponseStream, StreamInput } from "../messaging/call/streams.js";
export type { CallOptions, RequestClientOptions } from "../messaging/client/call-options.js";
export { RequestClient } from "../messaging/client/request-client.js";
export type { MessageInit, MessageType } from "../messaging/envelope/message-type.js";
export type { ReactorLinks } from "../messaging/generated/links.js";
export { ServicePublisher as Publisher } from "../messaging/generated/publisher.js";
export { ServiceReactor } from "../messaging/generated/reactor.js";
export {
  ServiceSubscriber,
  type ServiceSubscriberOptions,
} from "../messaging/generated/subscriber.js";
export type { PublisherOptions } from "../messaging/links/publisher.js";
export type { EventContext, RequestContext } from "../messaging/reactor/context.js";
export type { ReactorOptions } from "../messaging/reactor/handler.js";
export { type LookupOptions, lookup } from "../service/lookup.js";
export type { ServiceOptions } from "../service/options.js";
export { Service } from "../service/service.js";
export { checkContract } from "./contract.js";
