import { RequestClient } from "dividere/codegen";
import { Msg01 } from "../../gen/plain.js";

const once = {
  path: "Greeter/Reverse",
  handler: "handleMsg01",
  request: Msg01,
  response: Msg01,
} as const;
const again = { ...once, idempotency: "IDEMPOTENT" } as const;

/** A client of {@link FaultsReactor}. */
export class FaultsRequest extends RequestClient {
  /**
   * Has the handler do what `text` says.
   *
   * @param repeatable - Whether the runtime may send the request to another server.
   */
  ask(text: string, timeoutMs: number, repeatable = false): Promise<Msg01> {
    // The server compares the deadline with its clock, which is the same on one machine.
    const field1 = `${text} ${Date.now() + timeoutMs}`;
    return this.callUnary(repeatable ? again : once, { field1 }, { timeoutMs });
  }
}
