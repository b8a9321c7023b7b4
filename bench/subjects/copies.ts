import { BenchProcess } from "../harness/process.js";
import type { Summary } from "../harness/statistics.js";
import { Processes } from "../harness/subject.js";

/** The payload that is to be copied seldom. */
const SIZE = 1 << 20;

/** The messages, which all cost as many copies. */
const MESSAGES = 20;

/** The copies that a subscriber makes of the field of a message that it receives. */
export async function copiesOnReceipt(): Promise<Summary> {
  await using processes = new Processes();
  const publisher = await processes.add(BenchProcess.role("roles/dividere/publisher"));
  const endpoint = publisher.told("endpoint");
  const subscriber = await processes.add(
    BenchProcess.role("roles/dividere/subscriber", { endpoint }),
  );
  while (!subscriber.has("joined")) await publisher.ask("probe");
  return await copiesIn(subscriber, async () => {
    await subscriber.ask("expect", { count: MESSAGES });
    const counted = subscriber.next("counted");
    await publisher.ask("send", { count: MESSAGES, size: SIZE, burst: 1 });
    await counted;
  });
}

/** The copies that the parent of a worker process makes of a request and of its answer. */
export async function copiesByParent(): Promise<Summary> {
  await using processes = new Processes();
  const options = { workers: 1, concurrency: 1 };
  const farm = await processes.add(BenchProcess.role("roles/dividere/farm", options));
  const endpoint = farm.told("endpoint");
  const client = await processes.add(BenchProcess.role("roles/dividere/client", { endpoint }));
  return await copiesIn(farm, async () => {
    await client.ask("call", { count: MESSAGES, size: SIZE, inFlight: 1 });
  });
}

async function copiesIn(process: BenchProcess, work: () => Promise<void>): Promise<Summary> {
  const copies = async (): Promise<number> => Number((await process.ask("copies"))["count"]);
  const before = await copies();
  await work();
  const each = ((await copies()) - before) / MESSAGES;
  return { median: each, low: each, high: each };
}
