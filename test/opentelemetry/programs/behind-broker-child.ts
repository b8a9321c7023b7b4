// The process behind the broker: hands each request to a worker process of its farm.
import { MpMsgReactor, type RequestContext, stopOnSignals } from "dividere/messaging";
import type { Msg01, Scalars } from "../../gen/plain.js";
import { GreeterReactor, GreeterRequest } from "../../gen/plain_dividere.js";
import { interceptors, shutdown } from "./telemetry.js";

const farm = new MpMsgReactor(new URL("./worker-reactor.js", import.meta.url), {
  serve: "tcp://127.0.0.1:*",
  workers: 1,
  interceptors: new URL("./telemetry.js", import.meta.url),
});
await farm.waitUntilReady();
const greeter = new GreeterRequest(farm.endpoints, { interceptors });

class BehindBroker extends GreeterReactor {
  override handleMsg01(msg: Msg01, ctx: RequestContext): Promise<Msg01> {
    return greeter.reverse(msg, ctx.callOptions());
  }

  override handleMsg02(): void {}
  override handleTelegram(): void {}
  override handleScalars(msg: Scalars): Scalars {
    return msg;
  }
}

const reactor = new BehindBroker({ broker: process.env["BROKER"] ?? "" }, { interceptors });
stopOnSignals(reactor);
process.stdin.resume().on("end", () => void reactor.stop());
console.log("ready");
await reactor.stopped;
greeter.close();
await farm.stop();
await shutdown();
