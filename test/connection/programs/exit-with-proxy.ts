// Exits while a proxy runs on a thread.
import { Dealer, Proxy as ZeroMqProxy } from "dividere/connection";

const local = "tcp://127.0.0.1:*";
const proxy = new ZeroMqProxy(local, local, { thread: true });
const worker = new Dealer(proxy.backendEndpoints);
const client = new Dealer(proxy.frontendEndpoints);
await client.send(Buffer.from("It runs"));
await worker.recv();
process.exit(7);
