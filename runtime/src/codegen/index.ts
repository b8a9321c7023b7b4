/**
 * What generated code imports, and nothing else should: its names change only together with the
 * plugin.
 *
 * @module
 */
export type { Endpoints } from "../connection/endpoint.js";
export type { EventContext, RequestContext } from "../messaging/context.js";
export type { MessageType } from "../messaging/message-type.js";
export type { PublisherOptions } from "../messaging/publisher.js";
export type { ReactorOptions } from "../messaging/reactor.js";
export {
  type CallOptions,
  RequestClient,
  type RequestClientOptions,
} from "../messaging/request-client.js";
export type { RpcDefinition, ServiceDefinition } from "../messaging/service-definition.js";
export { ServicePublisher as Publisher } from "../messaging/service-publisher.js";
export { type ReactorLinks, ServiceReactor } from "../messaging/service-reactor.js";
export {
  ServiceSubscriber,
  type ServiceSubscriberOptions,
} from "../messaging/service-subscriber.js";
export { type LookupOptions, lookup } from "../service/lookup.js";
export { Service, type ServiceOptions } from "../service/service.js";
