import type { Routed } from "../../connection/frames/routed.js";
import { Response as ByteResponse } from "../../connection/response.js";
import type { Endpoints } from "../../connection/socket/endpoint.js";
import type { ConnectorOptions } from "../../connection/socket/options.js";
import type { Envelope } from "../envelope/format.js";
import type { MessageOf, MessageType } from "../envelope/message-type.js";
import { refusal } from "../envelope/reply.js";
import type { Answering } from "./link.js";
import { LockstepLink } from "./lockstep-link.js";

/**
 * Receives requests and answers them, in strict turns, one requester after the other (Python:
 * `messaging.Response`). Binds an endpoint with `*`, connects to any other. A request that does not
 * decode is refused to its sender, and then makes {@link recv} fail.
 *
 * @typeParam M - The union of the types of the messages received and sent.
 *
 * @example
 * ```ts
 * import { Response } from "dividere/messaging";
 * import { Msg01 } from "./gen/greeter.js";
 *
 * await using response = new Response("@tcp://127.0.0.1:5555", [Msg01]);
 * const { field1 } = await response.recv();
 * await response.send({ field1: field1.toUpperCase() });
 * ```
 */
export class Response<M extends MessageType<object> = MessageType> extends LockstepLink<
  ByteResponse,
  MessageOf<M>
> {
  override readonly answering: Answering = "required";
  override readonly concurrent: boolean = false;

  /** @throws ConnectionError when an endpoint is invalid or cannot be bound. */
  constructor(endpoints: Endpoints, types: readonly M[], options?: ConnectorOptions) {
    super(new ByteResponse(endpoints, options), types);
  }

  protected override undecodable(
    _inbound: Routed<Uint8Array>,
    envelope: Envelope | undefined,
    error: unknown,
  ): Promise<void> {
    return this.connector.send(refusal(envelope, error));
  }

  /** @internal */
  override _answer(_inbound: Routed<Uint8Array>, frame: Uint8Array): Promise<void> {
    return this.connector.send(frame);
  }
}
