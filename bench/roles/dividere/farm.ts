// Serves with the same reactor in worker processes.
import { MpMsgReactor } from "dividere/messaging";
import { roleOptions, serveBench } from "../role.js";

const { workers, concurrency } = roleOptions<{ workers: number; concurrency: number }>();
const farm = new MpMsgReactor(new URL("./reactor.js", import.meta.url), {
  serve: "tcp://127.0.0.1:*",
  workers,
  concurrency,
});
await farm.waitUntilReady({ timeoutMs: 60_000 });
serveBench({}, { endpoint: farm.endpoints[0] });
