import type { WaitOptions } from "../../base/wait.js";
import { Dealer as ByteDealer, type DealerOptions } from "../../connection/dealer.js";
import type { Routed } from "../../connection/frames/routed.js";
import type { Endpoints } from "../../connection/socket/endpoint.js";
import type { MessageInit, MessageOf, MessageType } from "../envelope/message-type.js";
import type { Answering } from "./link.js";
import { RoutedLink } from "./routed-link.js";

/**
 * Sends and receives in any order (Python: `messaging.Dealer`). A received message carries its
 * route, which is empty if the message came directly from a peer that sent no route. Binds an
 * endpoint with `*`, connects to any other.
 *
 * @typeParam M - The union of the types of the messages sent and received.
 *
 * @example
 * ```ts
 * import { Dealer } from "dividere/messaging";
 * import { Msg01 } from "./gen/greeter.js";
 *
 * await using dealer = new Dealer("tcp://127.0.0.1:5555", [Msg01]);
 * await dealer.sendWithEmptyFrame({ field1: "hello" }); // to a Response or a Router
 * const { message } = await dealer.recv({ timeoutMs: 1_000 });
 * console.log(message.field1);
 * ```
 */
export class Dealer<M extends MessageType<object> = MessageType> extends RoutedLink<
  ByteDealer,
  MessageOf<M>
> {
  override readonly answering: Answering = "optional";
  override readonly concurrent: boolean = true;

  /** @throws ConnectionError when an endpoint is invalid or cannot be bound. */
  constructor(endpoints: Endpoints, types: readonly M[], options?: DealerOptions) {
    super(new ByteDealer(endpoints, options), types);
  }

  /** The name under which a router knows this link. */
  get identity(): string {
    return this.connector.identity;
  }

  /**
   * Sends a message, to the peers round robin; fulfilled once libzmq has accepted the message.
   *
   * @param type - The message's type; by default the type that its `$type` names, or the link's
   *   only type.
   * @throws DividereError `UNKNOWN_MESSAGE_TYPE`, `UNENCODABLE_MESSAGE`, `QUEUE_FULL`, `TIMEOUT` or
   *   `CLOSED`.
   */
  async send<T extends MessageOf<M>>(
    message: MessageInit<T>,
    type?: MessageType<T>,
    options?: WaitOptions,
  ): Promise<void> {
    await this.connector.send(
      this._encode(message, type as MessageType<object> | undefined),
      options,
    );
  }

  /**
   * Sends a message by a route; the route of a received message makes it an answer to that message.
   * Otherwise as {@link send}.
   */
  async sendRouted<T extends MessageOf<M>>(
    routed: Routed<T>,
    type?: MessageType<T>,
    options?: WaitOptions,
  ): Promise<void> {
    await this.connector.send(this.encodeRouted(routed, type), options);
  }

  /**
   * Sends a message after an empty frame, so that a {@link Response} can answer the message; the
   * answer's route has that frame too. Otherwise as {@link send}.
   */
  async sendWithEmptyFrame<T extends MessageOf<M>>(
    message: MessageInit<T>,
    type?: MessageType<T>,
    options?: WaitOptions,
  ): Promise<void> {
    await this.connector.sendWithEmptyFrame(
      this._encode(message, type as MessageType<object> | undefined),
      options,
    );
  }
}
