import type { Dealer } from "../../connection/dealer.js";
import type { Routed } from "../../connection/frames/routed.js";
import type { Router } from "../../connection/router.js";
import type { MessageType } from "../envelope/message-type.js";
import { ReceivingLink } from "./link.js";

/** The base of messaging's {@link Dealer} and {@link Router}: each message comes with its route. */
export abstract class RoutedLink<C extends Dealer | Router, T extends object> extends ReceivingLink<
  C,
  T,
  Routed<T>
> {
  protected override deliver(message: T, inbound: Routed<Uint8Array>): Routed<T> {
    return { route: inbound.route, message };
  }

  /** Encodes a message and keeps its route. */
  protected encodeRouted<M extends T>(
    routed: Routed<M>,
    type: MessageType<M> | undefined,
  ): Routed<Uint8Array> {
    return {
      route: routed.route,
      message: this._encode(routed.message, type as MessageType<object> | undefined),
    };
  }

  /** @internal */
  override _answer(inbound: Routed<Uint8Array>, frame: Uint8Array): Promise<void> {
    return this.connector.send({ route: inbound.route, message: frame });
  }
}
