// A broker or a proxy of ours between the clients and the workers.
import { Proxy as Forwarder, LoadBalancing } from "dividere/connection";
import { LoadBalancing as Typed } from "dividere/messaging";
import { roleOptions, serveBench } from "../../role.js";

const { kind } = roleOptions<{ kind: "proxy" | "thread" | "bytes" | "envelopes" }>();
const local = "tcp://127.0.0.1:*";
// No heartbeats during a round.
const options = { heartbeatIntervalMs: 600_000 };
const broker =
  kind === "proxy" || kind === "thread"
    ? new Forwarder(local, local, { thread: kind === "thread" })
    : kind === "bytes"
      ? new LoadBalancing.Broker(local, local, options)
      : new Typed.Broker(local, local, options);

serveBench(
  {
    workers: async ({ count }) => {
      if (!(broker instanceof Forwarder)) await broker.waitForWorkers(count, { timeoutMs: 60_000 });
      return undefined;
    },
  },
  { frontend: broker.frontendEndpoints[0], backend: broker.backendEndpoints[0] },
);
