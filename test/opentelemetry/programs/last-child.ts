// The last server of the trace.
import type { Msg01, Scalars } from "../../gen/plain.js";
import { GreeterReactor } from "../../gen/plain_dividere.js";
import { interceptors, shutdown } from "./telemetry.js";

class Last extends GreeterReactor {
  override handleMsg01({ field1 }: Msg01): Msg01 {
    return { field1: [...field1].reverse().join("") };
  }

  override handleMsg02(): void {}
  override handleTelegram(): void {}
  override handleScalars(msg: Scalars): Scalars {
    return msg;
  }
}

const reactor = new Last({ serve: process.argv[2] ?? "" }, { interceptors });
process.stdin.resume().on("end", () => void reactor.stop());
console.log("ready");
await reactor.stopped;
await shutdown();
