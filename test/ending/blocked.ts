// A farm whose only worker process blocks for ever; its test kills this process.
import { MpMsgReactor } from "dividere/messaging";
import { GreeterRequest } from "../gen/plain_dividere.js";

await using farm = new MpMsgReactor(new URL("./blocked-reactor.js", import.meta.url), {
  serve: "tcp://127.0.0.1:*",
  workers: 1,
});
await using greeter = new GreeterRequest(farm.endpoints);
await greeter.reverse({ field1: "" }, { timeoutMs: 600_000 });
