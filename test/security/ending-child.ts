// A process, and in the mode "thread" a thread of it, that serves over CURVE and ends as it is told.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { Dealer, Router } from "dividere/connection";
import { ask, clientOf, Echo, local, makeKeys } from "./pairs.js";

const [mode] = process.argv.slice(2);
const keys = makeKeys();
if (mode === "idle") {
  const allow = { folder: process.env["TMPDIR"] ?? "" };
  new Router(local, { security: { keys: keys.server, allow } });
  console.log("open");
}
const echo = new Echo({ security: { keys: keys.server, allow: [keys.client.publicKey] } });
const dealer = new Dealer(echo.endpoint, clientOf(keys.server, keys.client));
console.log("main", await ask(dealer, "served"));

// Threads do not read TypeScript under tsx in Node.js 20.
const thread = `
  const { workerData } = require("node:worker_threads");
  import(workerData).then(async ({ Dealer, Router, generateKeyPair }) => {
    const [server, client] = [generateKeyPair(), generateKeyPair()];
    const router = new Router("tcp://127.0.0.1:*", {
      security: { keys: server, allow: [client.publicKey] },
    });
    const dealer = new Dealer(router.endpoints, {
      security: { keys: client, servers: server.publicKey },
    });
    await dealer.send(Buffer.from("thread served"));
    console.log(String((await router.recv()).message));
    dealer.close();
    router.close();
  });
`;
if (mode === "thread") {
  const worker = new Worker(thread, {
    eval: true,
    workerData: import.meta.resolve("dividere/connection"),
  });
  await once(worker, "exit");
  console.log("main", await ask(dealer, "still"));
}
if (mode === "exit") process.exit(0);
dealer.close();
echo.router.close();
