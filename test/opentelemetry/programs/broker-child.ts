// The broker's process, which knows nothing of traces.
import { LoadBalancing } from "dividere/messaging";

const [frontend = "", backend = ""] = process.argv.slice(2);
const broker = new LoadBalancing.Broker(frontend, backend);
process.stdin.resume().on("end", () => void broker.stop());
console.log("ready");
await broker.stopped;
