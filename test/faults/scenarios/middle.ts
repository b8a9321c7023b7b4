// Brokers, registries and worker processes that end, and subscribers that are too slow.
import assert from "node:assert/strict";
import { RegistryClient } from "dividere/registry";
import { freePort } from "../../support/ports.js";
import { until } from "../../support/until.js";
import type { Scenario } from "../harness/scenario.js";

export const middle: readonly Scenario[] = [
  {
    done: "broker killed under load and started again on its ports",
    must: "calls in flight end; the worker registers again, and the next 100 calls are answered",
    async play(stage) {
      const heartbeat = { heartbeatIntervalMs: 300 };
      const broker = await stage.start("broker", heartbeat);
      const [frontend = "", backend = ""] = broker.endpoints;
      await stage.start("worker", { broker: backend });
      await broker.act();
      const client = await stage.client([frontend]);
      const calls = stage.load(client, {
        count: 300,
        text: "wait",
        perSecond: 300,
        timeoutMs: 2_000,
      });
      await until(() => stage.tally.of("OK") > 20, "the first answers");
      await broker.kill();
      await calls;
      const again = await stage.start("broker", { frontend, backend, ...heartbeat });
      await again.act();
      await stage.untilAnswered(client);
      const next = await stage.load(client, { count: 100, timeoutMs: 20_000 });
      assert.equal(next.of("OK"), 100, next.results);
      return "100 of 100 next calls answered";
    },
  },
  {
    done: "worker killed behind a broker that has another worker",
    must: "calls end by their deadlines; the next 100 are answered by the other",
    async play(stage) {
      const broker = await stage.start("broker", { heartbeatIntervalMs: 300 });
      const [frontend = "", backend = ""] = broker.endpoints;
      const doomed = await stage.start("worker", { broker: backend });
      await stage.start("worker", { broker: backend });
      await broker.until(({ workers }) => (workers as { free: number }).free === 2, "two workers");
      const client = await stage.client([frontend]);
      const calls = stage.load(client, { count: 100, text: "wait", timeoutMs: 4_000 });
      await doomed.until(({ begun }) => begun > 5, "requests");
      await doomed.kill();
      await calls;
      const next = await stage.load(client, { count: 100, timeoutMs: 20_000 });
      assert.equal(next.of("OK"), 100, next.results);
      return "100 of 100 next calls answered";
    },
  },
  {
    done: "half-open link of a broker's worker: the worker's side is reset, the broker's side stays open",
    must: "the worker connects again and takes its place over; the next 100 calls are answered",
    async play(stage) {
      const broker = await stage.start("broker", { heartbeatIntervalMs: 300 });
      const [frontend = "", backend = ""] = broker.endpoints;
      const link = await stage.link(backend);
      await stage.start("worker", { broker: link.endpoint });
      await broker.act();
      const client = await stage.client([frontend]);
      const calls = stage.load(client, {
        count: 200,
        text: "wait",
        perSecond: 40,
        timeoutMs: 2_000,
      });
      await until(() => stage.tally.of("OK") > 20, "the first answers");
      link.resetNear();
      await calls;
      const next = await stage.load(client, { count: 100, timeoutMs: 20_000 });
      assert.equal(next.of("OK"), 100, next.results);
      const { workers } = await broker.stats();
      assert.deepEqual(workers, { free: 1, busy: 0 });
      return "100 of 100 next calls answered, by the one worker that the broker knows";
    },
  },
  {
    done: "registry killed under load and started again on its port",
    must: "calls to the service go on; it registers again and is found",
    async play(stage) {
      const endpoint = `tcp://127.0.0.1:${await freePort()}`;
      const registry = await stage.start("registry", { endpoint });
      const service = await stage.start("service", { registry: endpoint });
      await service.act();
      const client = await stage.client(service.endpoints);
      const calls = stage.load(client, { count: 200, perSecond: 200, timeoutMs: 5_000 });
      await registry.kill();
      assert.equal((await calls).of("OK"), 200);
      await stage.start("registry", { endpoint });
      await using lookups = new RegistryClient(endpoint, { timeoutMs: 20_000 });
      const found = async (): Promise<boolean> => (await lookups.lookup("greeter")) !== undefined;
      let lookedUp = 1;
      while (!(await found())) lookedUp++;
      assert.ok(lookedUp > 0);
      return "200 of 200 calls answered meanwhile; the service is listed again";
    },
  },
  {
    done: "worker process of a farm of two ends with 50 calls in flight",
    must: "its calls end with `WORKER_LOST`; it is replaced, and the next 100 calls are answered",
    async play(stage) {
      const farm = await stage.start("farm", { workers: 2 });
      await farm.act();
      const client = await stage.client(farm.endpoints);
      const held = stage.load(client, { count: 50, text: "never", timeoutMs: 4_000 });
      const last = await stage.load(client, { count: 1, text: "exit", timeoutMs: 4_000 });
      assert.equal(last.of("WORKER_LOST"), 1, last.results);
      const calls = await held;
      assert.equal(calls.of("WORKER_LOST") + calls.of("TIMEOUT"), 50, calls.results);
      const next = await stage.load(client, { count: 100, timeoutMs: 20_000 });
      assert.equal(next.of("OK"), 100, next.results);
      const { lost } = await farm.stats();
      assert.equal(lost, calls.of("WORKER_LOST") + 1);
      return `the farm counted ${lost} lost requests; 100 of 100 next calls answered`;
    },
  },
];
