import { writeSync } from "node:fs";
import type { Msg01 } from "../gen/plain.js";
import { GreeterReactor } from "../gen/plain_dividere.js";

/** Blocks its process for ever at the first request. */
export default class Blocked extends GreeterReactor {
  override handleMsg01(_message: Msg01): Msg01 {
    writeSync(1, `blocked ${process.pid}\n`);
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
  }

  override handleScalars(): never {
    throw new Error("not asked for");
  }

  override handleMsg02(): void {}

  override handleTelegram(): void {}
}
