import type { Endpoints } from "../../connection/socket/endpoint.js";
import type { Message, MessageType } from "../envelope/message-type.js";
import { Subscriber, type SubscriberOptions } from "../links/subscriber.js";

/** Options for a generated subscriber. */
export interface ServiceSubscriberOptions<T extends object = Message> extends SubscriberOptions {
  /**
   * The types of the events to receive, such as `[Msg02]`; by default all that the service
   * publishes.
   */
  types?: readonly MessageType<T>[];
}

/** A subscriber to one service's events: the base of the generated subscribers. */
export class ServiceSubscriber<T extends object = Message> extends Subscriber<MessageType<T>> {
  /** @param events - The types of all events that the service publishes. */
  constructor(
    endpoints: Endpoints,
    events: readonly MessageType[],
    options?: ServiceSubscriberOptions<T>,
  ) {
    super(endpoints, options?.types ?? (events as readonly MessageType<T>[]), options);
  }
}
