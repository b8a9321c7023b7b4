// Counts the promises and timers that a round trip through a proxy or a broker costs, and through the plainest loop over bare
// zeromq.js sockets. No clock is read.
import { createHook } from "node:async_hooks";
import { LoadBalancing, Proxy as ZeroMqProxy } from "dividere/connection";
import { EnvelopeEncoder, Heartbeat, LoadBalancing as Typed } from "dividere/messaging";
import * as zeromq from "zeromq";
import { Msg01 } from "../gen/plain.js";

const trips = 1_000;
const encoder = new EnvelopeEncoder();
const empty = Buffer.alloc(0);
const request = Buffer.from(encoder.encode({ field1: "sixty-four bytes or so" }, Msg01));
const local = "tcp://127.0.0.1:*";
// No heartbeats while messages are counted.
const options = { heartbeatIntervalMs: 3_600_000 };

let promises = 0;
let timers = 0;
const hook = createHook({
  init(_id, type) {
    if (type === "PROMISE") promises++;
    else if (type === "Timeout" || type === "Immediate") timers++;
  },
});

/** A relay, and the message with which a worker registers. */
interface Relay {
  readonly frontend: string;
  readonly backend: string;
  readonly register?: Uint8Array;
  readonly waitForWorkers?: () => Promise<void>;
}

/** Sends back what comes, without an async function. */
function echo(socket: zeromq.Dealer): void {
  void socket.receive().then((frames) => {
    void socket.send(frames);
    echo(socket);
  });
}

async function measure({ frontend, backend, register, waitForWorkers }: Relay): Promise<object> {
  const worker = new zeromq.Dealer({ linger: 0 });
  worker.connect(backend);
  if (register !== undefined) await worker.send(register);
  echo(worker);
  const client = new zeromq.Dealer({ linger: 0 });
  client.connect(frontend);
  await waitForWorkers?.();
  const call = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done++) {
      await client.send([empty, request]);
      await client.receive();
    }
  };
  await call(trips);
  promises = 0;
  timers = 0;
  hook.enable();
  await call(trips);
  hook.disable();
  return { promises: promises / trips, timers: timers / trips };
}

async function pump(from: zeromq.Router | zeromq.Dealer, to: typeof from): Promise<void> {
  for (;;) await to.send(await from.receive());
}

async function bare(): Promise<object> {
  const frontend = new zeromq.Router();
  const backend = new zeromq.Dealer();
  frontend.bindSync(local);
  backend.bindSync(local);
  void pump(frontend, backend);
  void pump(backend, frontend);
  return await measure({
    frontend: frontend.lastEndpoint ?? "",
    backend: backend.lastEndpoint ?? "",
  });
}

async function proxy(): Promise<object> {
  await using relay = new ZeroMqProxy(local, local);
  return await measure({
    frontend: relay.frontendEndpoints[0] ?? "",
    backend: relay.backendEndpoints[0] ?? "",
  });
}

async function broker(
  relay: LoadBalancing.Broker | Typed.Broker,
  register: Uint8Array,
): Promise<object> {
  await using _relay = relay;
  return await measure({
    frontend: relay.frontendEndpoints[0] ?? "",
    backend: relay.backendEndpoints[0] ?? "",
    register,
    waitForWorkers: () => relay.waitForWorkers(1, { timeoutMs: 10_000 }),
  });
}

console.log(
  JSON.stringify({
    bare: await bare(),
    proxy: await proxy(),
    bytes: await broker(new LoadBalancing.Broker(local, local, options), Buffer.of(1)),
    envelopes: await broker(
      new Typed.Broker(local, local, options),
      encoder.encode({ id: "" }, Heartbeat),
    ),
  }),
);
// Bare sockets still wait.
process.exit(0);
