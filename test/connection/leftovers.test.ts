import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LoadBalancing, Router, Proxy as ZeroMqProxy } from "dividere/connection";
import { LoadBalancing as Messages } from "dividere/messaging";
import { Msg01 } from "../gen/plain.js";
import { holdings } from "../support/leftovers.js";
import { until } from "../support/until.js";

const local = "tcp://127.0.0.1:*";

class Server extends Messages.Server {
  handleMsg01(msg: Msg01): Msg01 {
    return msg;
  }
}

/** Starts one of a class and stops it, at the endpoints of a broker that runs meanwhile. */
type Round = (frontend: string, backend: string) => Promise<void>;

const rounds: Record<string, Round> = {
  Proxy: () => new ZeroMqProxy(local, local).stop(),
  "Broker of bytes": () => new LoadBalancing.Broker(local, local).stop(),
  "Worker of bytes": (_, backend) => new LoadBalancing.Worker(backend, (request) => request).stop(),
  "Client of bytes": async (frontend) => {
    await using client = new LoadBalancing.Client(frontend);
    await client.send(Buffer.from("unanswered"));
  },
  "Broker of messages": () => new Messages.Broker(local, local).stop(),
  "Server of messages": (_, backend) => new Server(backend, [Msg01]).stop(),
  "Client of messages": async (frontend) => {
    await using client = new Messages.Client(frontend, [Msg01]);
    await client.send({ field1: "unanswered" });
  },
};

describe("a thousand of each, started and stopped, leave nothing behind", () => {
  for (const [name, round] of Object.entries(rounds)) {
    test(name, async () => {
      // They connect to sockets that nobody reads: a broker would keep a timer for each worker a
      // while.
      await using clients = new Router(local);
      await using workers = new Router(local);
      const [frontend = "", backend = ""] = [...clients.endpoints, ...workers.endpoints];
      // What the process keeps once and for all, such as libzmq's own threads, is there after the
      // first few.
      for (let warm = 0; warm < 20; warm++) await round(frontend, backend);
      const before = holdings();
      for (let time = 1; time <= 1_000; time++) {
        await round(frontend, backend);
        // A plain close leaves the end of the socket to libzmq's own threads, and the sockets of a
        // process are limited.
        if (time % 100 > 0) continue;
        await until(
          () => holdings().descriptors <= before.descriptors,
          `no more than ${before.descriptors} open files`,
        );
      }
      assert.deepEqual(holdings().resources, before.resources);
    });
  }
});
