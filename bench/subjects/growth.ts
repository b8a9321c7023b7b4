import { BenchProcess } from "../harness/process.js";
import { makeCalls, Processes, runningAs, type Subject } from "../harness/subject.js";

/** The CPU seconds that processes use while something runs. */
async function cpuOf(
  measured: readonly BenchProcess[],
  work: () => Promise<unknown>,
): Promise<number> {
  const before = await total(measured);
  await work();
  return (await total(measured)) - before;
}

async function total(measured: readonly BenchProcess[]): Promise<number> {
  let seconds = 0;
  for (const each of measured) seconds += await each.cpuSeconds();
  return seconds;
}

function countOf(count: number, thing: string): string {
  return `${count.toLocaleString("en")} ${thing}${count === 1 ? "" : "s"}`;
}

const SUBSCRIPTIONS_AT_ONCE = 500;

/** A publisher and a subscriber with so many topics; the CPU time of both. */
export function topics(count: number): Subject {
  return {
    name: countOf(count, "topic"),
    ours: true,
    maxCount: () => 200_000,
    start: async (profile) => {
      const role = "roles/dividere/topics";
      const processes = new Processes();
      const publisher = await processes.add(BenchProcess.role(role, { topics: count }, profile));
      const endpoint = publisher.told("endpoint");
      const subscriber = await processes.add(
        BenchProcess.role(role, { topics: count, endpoint }, profile),
      );
      // libzmq drops the subscriptions above the socket's high-water mark.
      for (let known = 0; known < count; ) {
        known = Math.min(count, known + SUBSCRIPTIONS_AT_ONCE);
        await subscriber.ask("subscribe", { count: known });
        await publisher.ask("joined", { count: known });
      }
      return runningAs(processes, (messages) =>
        cpuOf([publisher, subscriber], async () => {
          await subscriber.ask("expect", { count: messages });
          const counted = subscriber.next("counted");
          await publisher.ask("send", { count: messages });
          await counted;
        }),
      );
    },
  };
}

/** So many bare clients of a generated reactor; the CPU time of the reactor's process. */
export function clients(count: number): Subject {
  return {
    name: countOf(count, "client"),
    ours: true,
    start: async (profile) => {
      const processes = new Processes();
      const server = await processes.add(BenchProcess.role("roles/dividere/server", {}, profile));
      const endpoint = server.told("endpoint");
      const all = await processes.add(
        BenchProcess.role("roles/zeromq/clients", { endpoint, clients: count }),
      );
      return runningAs(processes, (calls, load) =>
        cpuOf([server], () => makeCalls(all, calls, load)),
      );
    },
  };
}

/** A registry with so many entries, looked up one after the other; the CPU time of its process. */
export function registryEntries(count: number): Subject {
  return {
    name: count === 1 ? "1 entry" : countOf(count, "entrie"),
    ours: true,
    start: async (profile) => {
      const role = "roles/dividere/registry";
      const processes = new Processes();
      const registry = await processes.add(BenchProcess.role(role, {}, profile));
      const endpoint = registry.told("endpoint");
      const client = await processes.add(BenchProcess.role(role, { endpoint }));
      await client.ask("fill", { count });
      return runningAs(processes, (calls, load) =>
        cpuOf([registry], () => makeCalls(client, calls, load)),
      );
    },
  };
}
