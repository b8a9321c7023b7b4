// libzmq's own proxy, on a thread: ROUTER before, DEALER behind.
import { Dealer, Proxy as Forwarder, Router } from "zeromq";
import { serveBench } from "../role.js";

const frontend = new Router();
const backend = new Dealer();
frontend.bindSync("tcp://127.0.0.1:*");
backend.bindSync("tcp://127.0.0.1:*");
const proxy = new Forwarder(frontend, backend);
void proxy.run();
// Holds the proxy, whose sockets would be closed with it by the garbage collector.
process.on("exit", () => proxy.terminate());
serveBench(
  { workers: () => undefined },
  { frontend: frontend.lastEndpoint, backend: backend.lastEndpoint },
);
