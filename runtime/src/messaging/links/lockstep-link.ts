import type { WaitOptions } from "../../base/wait.js";
import type { Request } from "../../connection/request.js";
import type { Response } from "../../connection/response.js";
import type { MessageInit, MessageType } from "../envelope/message-type.js";
import { ReceivingLink } from "./link.js";

/**
 * The base of messaging's {@link Request} and {@link Response}: one message out, one message in.
 */
export abstract class LockstepLink<
  C extends Request | Response,
  T extends object,
> extends ReceivingLink<C, T, T> {
  /**
   * Sends a message in this side's turn; fulfilled once libzmq has accepted the message.
   *
   * @param type - The message's type; by default the type that its `$type` names, or the link's
   *   only type.
   * @throws DividereError `OUT_OF_ORDER` when a message must be received first,
   *   `UNKNOWN_MESSAGE_TYPE`, `UNENCODABLE_MESSAGE`, `TIMEOUT` or `CLOSED`.
   */
  async send<M extends T>(
    message: MessageInit<M>,
    type?: MessageType<M>,
    options?: WaitOptions,
  ): Promise<void> {
    await this.connector.send(
      this._encode(message, type as MessageType<object> | undefined),
      options,
    );
  }

  protected override deliver(message: T): T {
    return message;
  }
}
