// A server that gets SIGINT while it has a request in hand: once, or a second time before the request is done.
import { stopOnSignals } from "dividere/messaging";
import type { Msg01, Scalars } from "../../gen/plain.js";
import { GreeterReactor, GreeterRequest } from "../../gen/plain_dividere.js";

const twice = process.argv[2] === "twice";

class Slow extends GreeterReactor {
  async handleMsg01(msg: Msg01): Promise<Msg01> {
    process.kill(process.pid, "SIGINT");
    // The signal comes in a turn of its own; with it the reactor begins to stop.
    while (!this.closed) await new Promise((resolve) => setImmediate(resolve));
    if (twice) {
      process.kill(process.pid, "SIGINT");
      await new Promise(() => {});
    }
    return msg;
  }
  handleScalars(msg: Scalars): Scalars {
    return msg;
  }
  handleMsg02(): void {}
  handleTelegram(): void {}
}

await using reactor = new Slow({ serve: "tcp://127.0.0.1:*" });
stopOnSignals(reactor);
await using greeter = new GreeterRequest(reactor.endpoints);
const { field1 } = await greeter.reverse({ field1: "late" }, { timeoutMs: 20_000 });
console.log("answer", field1);
await reactor.stopped;
console.log("stopped");
