// Serves a gigabyte as a stream, and reports the highest resident size of this process, in MiB.
import { createInterface } from "node:readline";
import type { RequestContext } from "dividere/messaging";
import type { Msg01, Msg02 } from "../../../gen/plain.js";
import { ShopReactor } from "../shop.js";
import { ResidentSize } from "./resident-size.js";

const PART = "x".repeat(256 * 1_024);

class Gigabyte extends ShopReactor {
  override async *handleList(_msg: Msg01, _ctx: RequestContext): AsyncIterable<Partial<Msg02>> {
    using size = new ResidentSize();
    for (let part = 0; part < 4_096; part++) {
      yield { field1: PART };
      // What a stream needs is taken by then.
      if (part === 400) size.restart();
    }
    console.log("grown", size.grownMiB);
  }
}

await using reactor = new Gigabyte({ serve: "tcp://127.0.0.1:*" });
console.log("bound", reactor.endpoints[0]);
for await (const _ of createInterface({ input: process.stdin }));
