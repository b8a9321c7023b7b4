import { LoadBalancing as Bytes, Router } from "dividere/connection";
import { LoadBalancing } from "dividere/messaging";
import { Msg01 } from "../../../gen/plain.js";
import { GreeterRequest } from "../../../gen/plain_dividere.js";
import { Greeter } from "../../../messaging/reactor/greeter.js";
import {
  anywhere,
  bytes,
  type Cases,
  later,
  nowhere,
  pause,
  rejects,
  settled,
  soon,
  throws,
} from "./tools.js";

const quick = { heartbeatIntervalMs: 50 };

class Server extends LoadBalancing.Server {
  handleMsg01(): never {
    return throws();
  }
  override async onError(): Promise<void> {
    await rejects();
  }
}

export const balancing: Cases = {
  "LoadBalancing.Worker: work and onError that throw and reject": async () => {
    for (const onError of [throws, rejects, undefined]) {
      for (const work of [throws, rejects, () => undefined as never]) {
        await using broker = new Bytes.Broker(anywhere, anywhere, quick);
        const [backend = ""] = broker.backendEndpoints;
        const options = { ...quick, ...(onError && { onError }) };
        await using worker = new Bytes.Worker(backend, work, options);
        const client = new Bytes.Client(broker.frontendEndpoints, {
          retryTimeoutMs: 30,
          maxRetries: 1,
        });
        await worker.waitForBroker(soon);
        await settled(client.request(bytes()));
        client.close();
      }
    }
  },
  "LoadBalancing.Worker: closed at work, and its work fails after that": async () => {
    await using broker = new Bytes.Broker(anywhere, anywhere, quick);
    const [backend = ""] = broker.backendEndpoints;
    let begun = (): void => {};
    const started = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const worker = new Bytes.Worker(backend, (_request, { signal }) => {
      begun();
      return new Promise((_, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason)),
      );
    });
    await using client = new Bytes.Client(broker.frontendEndpoints, { retryTimeoutMs: 50 });
    const answer = later(client.request(bytes()));
    await started;
    worker.close();
    await settled(worker.stop(), worker.drain(), worker.waitForBroker(), answer);
    await using lonely = new Bytes.Worker(await nowhere(), () => bytes());
    await settled(lonely.waitForBroker({ timeoutMs: 5 }), lonely.drain());
  },
  "LoadBalancing.Client: answers that nobody receives, and a close between retries": async () => {
    const options = { retryTimeoutMs: 10, maxRetries: 1 };
    await using client = new Bytes.Client(await nowhere(), options);
    await settled(client.send(bytes()));
    await pause(60);
    const other = new Bytes.Client(await nowhere(), { retryTimeoutMs: 10, maxRetries: 100 });
    const answer = later(other.request(bytes()));
    await pause(25);
    other.close();
    await settled(answer, other.recv(), other.drain());
  },
  "LoadBalancing.Broker: stopped and drained with requests, waits and listeners that throw":
    async () => {
      for (const end of ["stop", "drain"] as const) {
        const broker = new LoadBalancing.Broker(anywhere, anywhere, quick);
        for (const listener of [throws, rejects]) broker.onStatus(listener);
        await using greeter = new GreeterRequest(broker.frontendEndpoints);
        const calls = [1, 2].map(() => later(greeter.reverse({ field1: "x" }, { timeoutMs: 500 })));
        const wait = later(broker.waitForWorkers(3));
        await pause(50);
        await settled(broker[end](), broker.stopped, wait, ...calls, broker.waitForWorkers());
      }
    },
  "LoadBalancing.Broker: a worker that vanishes with a request": async () => {
    await using broker = new LoadBalancing.Broker(anywhere, anywhere, quick);
    const [backend = ""] = broker.backendEndpoints;
    class Silent extends Greeter {
      override handleMsg01(): Promise<never> {
        return new Promise(() => {});
      }
    }
    const server = new Silent({ broker: backend }, { stopTimeoutMs: 0 });
    await broker.waitForWorkers(1, soon);
    await using greeter = new GreeterRequest(broker.frontendEndpoints);
    const call = later(greeter.reverse({ field1: "x" }, { timeoutMs: 300 }));
    await pause(50);
    server.close();
    await settled(call);
  },
  "LoadBalancing.Server and ServerLink: handlers that throw, links that are closed": async () => {
    await using broker = new LoadBalancing.Broker(anywhere, anywhere, quick);
    const [backend = ""] = broker.backendEndpoints;
    await using server = new Server(backend, [Msg01], quick);
    await broker.waitForWorkers(1, soon);
    await using client = new LoadBalancing.Client(broker.frontendEndpoints, [Msg01]);
    await settled(client.request({ field1: "x" }), server.waitForBroker(soon));
    await using nobody = new Router(anywhere);
    const link = new LoadBalancing.ServerLink(nobody.endpoints[0] ?? "", [Msg01]);
    const waits = [link.recv(), link.waitForBroker()];
    link.close();
    await settled(...waits, link.recv(), link.drain());
  },
};
