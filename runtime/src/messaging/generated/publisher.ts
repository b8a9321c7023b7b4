import type { Endpoints } from "../../connection/socket/endpoint.js";
import type { Message, MessageType } from "../envelope/message-type.js";
import { Publisher, type PublisherOptions } from "../links/publisher.js";

/**
 * A publisher of one service's events: the base of the generated publishers, which name the
 * messages and not their types.
 */
export class ServicePublisher<T extends object = Message> extends Publisher<MessageType<T>> {
  /**
   * @param events - The types of all events that the service publishes.
   * @throws ConnectionError when an endpoint is invalid or cannot be bound.
   */
  constructor(endpoints: Endpoints, events: readonly MessageType[], options?: PublisherOptions) {
    super(endpoints, events as unknown as readonly MessageType<T>[], options);
  }
}
