import { type RequestContext, RequestError } from "dividere/messaging";
import type { Msg01, Scalars } from "../../gen/plain.js";
import { GreeterService } from "../../gen/plain_dividere.js";

/** A greeter that registers; it refuses an empty text. */
export class RegisteredGreeter extends GreeterService {
  override handleMsg01({ field1 }: Msg01, _ctx: RequestContext): Msg01 | Promise<Msg01> {
    if (field1 === "") throw new RequestError("INVALID_ARGUMENT", "The text is empty");
    return { field1: [...field1].reverse().join("") };
  }
  override handleScalars(scalars: Scalars): Scalars {
    return scalars;
  }
  override handleMsg02(): void {}
  override handleTelegram(): void {}
}
