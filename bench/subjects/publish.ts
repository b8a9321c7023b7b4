import { freePort } from "../../test/support/ports.js";
import { BenchProcess } from "../harness/process.js";
import { type Load, Processes, type Running, runningAs, type Subject } from "../harness/subject.js";
import { NatsServer } from "./nats-server.js";
import { cProgram, missingC, missingNats, missingPython, pythonCommand } from "./peers.js";

/** The most bytes in a round, all of which may wait between the publisher and its subscriber. */
const ROUND_BYTES = 96 << 20;
/** The most bytes in a burst. */
const BURST_BYTES = 1 << 20;

const maxCount = ({ size }: Load): number => Math.floor(ROUND_BYTES / size);

/** Has a round published: from the first send to the last receipt, by the machine's common clock. */
async function publish(
  publisher: BenchProcess,
  subscriber: BenchProcess,
  count: number,
  load: Load,
  burst: number,
): Promise<number> {
  await subscriber.ask("expect", { count });
  const counted = subscriber.next("counted");
  const most = Math.max(1, Math.min(burst, Math.floor(BURST_BYTES / load.size)));
  const [sent, received] = await Promise.all([
    publisher.ask("send", { count, ...load, burst: most }),
    counted,
  ]);
  return Number(received["at"]) - Number(sent["at"]);
}

/** A PUB socket does not hear of its subscribers: something is published until it arrives. */
async function join(publisher: BenchProcess, subscriber: BenchProcess): Promise<void> {
  while (!subscriber.has("joined")) await publisher.ask("probe");
}

async function pair(
  processes: Processes,
  starting: Promise<BenchProcess>,
  startSubscriber: (endpoint: string) => Promise<BenchProcess>,
  burst: number,
): Promise<Running> {
  const publisher = await processes.add(starting);
  const subscriber = await processes.add(startSubscriber(publisher.told("endpoint")));
  await join(publisher, subscriber);
  return runningAs(processes, (count, load) => publish(publisher, subscriber, count, load, burst));
}

/**
 * Publishes through the generated classes.
 *
 * @param burst - The number of messages in one turn of the event loop; 1 awaits each message.
 */
export function ourPublisher(name: string, burst: number, inBatches = false): Subject {
  return {
    name,
    ours: true,
    maxCount,
    start: (profile) =>
      pair(
        new Processes(),
        BenchProcess.role("roles/dividere/publisher", {}, profile),
        (endpoint) =>
          BenchProcess.role("roles/dividere/subscriber", { endpoint, inBatches }, profile),
        burst,
      ),
  };
}

/** Bare sockets of zeromq.js; `bytesOnly` leaves the codec out. */
export function rawPublisher(name: string, bytesOnly = false): Subject {
  return {
    name,
    maxCount,
    start: () =>
      pair(
        new Processes(),
        BenchProcess.role("roles/zeromq/publisher", { bytesOnly }),
        (endpoint) => BenchProcess.role("roles/zeromq/subscriber", { endpoint, bytesOnly }),
        1,
      ),
  };
}

/** nats.js at both ends of a nats-server. */
export function natsPublisher(burst: number): Subject {
  return {
    name: "nats.js",
    maxCount,
    missing: missingNats,
    start: async () => {
      const processes = new Processes();
      const { endpoint: server } = await processes.add(NatsServer.start());
      return await pair(
        processes,
        BenchProcess.role("peers/nats/publisher", { server }),
        () => BenchProcess.role("peers/nats/subscriber", { server }),
        burst,
      );
    },
  };
}

/** libzmq from C, bytes only. */
export function cPublisher(): Subject {
  return {
    name: "C libzmq, bytes only",
    maxCount,
    missing: missingC,
    start: () =>
      pair(
        new Processes(),
        BenchProcess.start(cProgram, ["publisher"]),
        (endpoint) => BenchProcess.start(cProgram, ["subscriber", endpoint]),
        1,
      ),
  };
}

/**
 * Python's dividere. Its sockets keep their mark of 1,000 messages, of which libzmq gives half back at a time: a round that
 * fits the other half loses nothing.
 */
export function pythonPublisher(): Subject {
  return {
    name: "Python's dividere",
    maxCount: () => 450,
    missing: missingPython,
    start: async () =>
      pair(
        new Processes(),
        BenchProcess.start(...pythonCommand({ kind: "publisher", port: await freePort() })),
        (endpoint) => BenchProcess.start(...pythonCommand({ kind: "subscriber", endpoint })),
        1,
      ),
  };
}
