import type { WaitOptions } from "../../base/wait.js";
import type { Routed } from "../../connection/frames/routed.js";
import { Request as ByteRequest } from "../../connection/request.js";
import type { Endpoints } from "../../connection/socket/endpoint.js";
import type { ConnectorOptions } from "../../connection/socket/options.js";
import type { MessageOf, MessageType } from "../envelope/message-type.js";
import { readReply } from "../envelope/reply.js";
import type { Answering } from "./link.js";
import { LockstepLink } from "./lockstep-link.js";

/**
 * Sends a request and receives its answer, in strict turns (Python: `messaging.Request`). Requests
 * go to several endpoints round robin. {@link RequestClient} has no turns and keeps any number of
 * requests in flight.
 *
 * @typeParam M - The union of the types of the messages sent and received.
 *
 * @example
 * ```ts
 * import { Request } from "dividere/messaging";
 * import { Msg01 } from "./gen/greeter.js";
 *
 * await using request = new Request("tcp://127.0.0.1:5555", [Msg01]);
 * await request.send({ field1: "hello" });
 * console.log(await request.recv({ timeoutMs: 1_000 }));
 * ```
 */
export class Request<M extends MessageType<object> = MessageType> extends LockstepLink<
  ByteRequest,
  MessageOf<M>
> {
  override readonly answering: Answering = "never";
  override readonly concurrent: boolean = false;

  /** @throws ConnectionError when an endpoint is invalid. */
  constructor(endpoints: Endpoints, types: readonly M[], options?: ConnectorOptions) {
    super(new ByteRequest(endpoints, options), types);
  }

  /**
   * Receives the answer to the last request.
   *
   * @throws RequestError when the other side says that it has no answer.
   * @throws DividereError `OUT_OF_ORDER` when no request was sent, and the errors of
   *   {@link ReceivingLink.recv}. After a time-out the answer can still be received.
   */
  override recv(options?: WaitOptions): Promise<MessageOf<M>> {
    return super.recv(options);
  }

  protected override open(received: Uint8Array | Routed<Uint8Array>): MessageOf<M> {
    return readReply(received as Uint8Array, this.decoder) as MessageOf<M>;
  }
}
