import type { Routed } from "../../connection/frames/routed.js";
import { Router as ByteRouter } from "../../connection/router.js";
import type { Endpoints, UsualMode } from "../../connection/socket/endpoint.js";
import type { ConnectorOptions } from "../../connection/socket/options.js";
import { CallBatches } from "../batch/call-batches.js";
import { callSplitter } from "../batch/split.js";
import type { Envelope } from "../envelope/format.js";
import type { MessageOf, MessageType } from "../envelope/message-type.js";
import { refusal } from "../envelope/reply.js";
import type { Answering } from "./link.js";
import { RoutedLink } from "./routed-link.js";

/**
 * Serves any number of {@link Request}, {@link RequestClient} and {@link Dealer} peers at once,
 * Python's among them; each message comes with the route to its sender. Binds an endpoint with `*`,
 * connects to any other. A request that does not decode is refused to its sender, and then makes
 * {@link recv} fail.
 *
 * @typeParam M - The union of the types of the messages received and sent.
 *
 * @example
 * ```ts
 * import { Router } from "dividere/messaging";
 * import { Msg01 } from "./gen/greeter.js";
 *
 * await using router = new Router("@tcp://127.0.0.1:5555", [Msg01]);
 * const { route, message } = await router.recv();
 * await router.sendRouted({ route, message: { field1: message.field1.toUpperCase() } });
 * ```
 */
export class Router<M extends MessageType<object> = MessageType> extends RoutedLink<
  ByteRouter,
  MessageOf<M>
> {
  override readonly answering: Answering = "required";
  override readonly concurrent: boolean = true;
  override readonly followedUp: boolean = true;
  override readonly readsBatches: boolean = true;
  readonly #batches: CallBatches;

  /**
   * @param usual - The use of an endpoint that begins with neither `@` nor `>`.
   * @throws ConnectionError when an endpoint is invalid or cannot be bound.
   */
  constructor(
    endpoints: Endpoints,
    types: readonly M[],
    options?: ConnectorOptions,
    usual?: UsualMode,
  ) {
    super(new ByteRouter(endpoints, options, usual), types);
    this.connector._splitWith(callSplitter(4));
    this.#batches = new CallBatches(this.connector._queue);
  }

  /**
   * Sends a message to the peer that its route names.
   *
   * @param type - The message's type; by default the type that its `$type` names, or the link's
   *   only type.
   * @throws ConnectionError `PEER_UNREACHABLE` or `PEER_BUSY`; see the `Router` of
   *   `dividere/connection`.
   */
  async sendRouted<T extends MessageOf<M>>(
    routed: Routed<T>,
    type?: MessageType<T>,
  ): Promise<void> {
    await this.connector.send(this.encodeRouted(routed, type));
  }

  /** @internal */
  override _answer(
    inbound: Routed<Uint8Array>,
    frame: Uint8Array,
    readsBatches = false,
  ): Promise<void> {
    const [peer, id] = inbound.route;
    if (!readsBatches || peer === undefined || id === undefined)
      return super._answer(inbound, frame);
    // The answers to requests that came together are likely to be there together.
    const open = this.connector._held === undefined ? 1 : Number.POSITIVE_INFINITY;
    return this.#batches.send([peer], id, frame, open);
  }

  protected override undecodable(
    inbound: Routed<Uint8Array>,
    envelope: Envelope | undefined,
    error: unknown,
  ): Promise<void> {
    return this._answer(inbound, refusal(envelope, error));
  }
}
