import { EnvelopeEncoder, Heartbeat } from "dividere/messaging";
import { Question } from "../gen/bench.js";
import { BenchProcess } from "../harness/process.js";
import { makeCalls, Processes, runningAs, type Subject } from "../harness/subject.js";
import { payloadOf } from "../roles/load.js";

/** The number of workers behind each broker. */
const WORKERS = 16;

/** A broker of ours, or libzmq's own proxy. */
export type BrokerKind = "native" | "proxy" | "thread" | "bytes" | "envelopes";

const registrations: Readonly<Record<BrokerKind, string>> = {
  native: "",
  proxy: "",
  thread: "",
  bytes: Buffer.of(1).toString("base64"),
  envelopes: Buffer.from(new EnvelopeEncoder().encode({ id: "" }, Heartbeat)).toString("base64"),
};

/** The bytes of an envelope before a message of the given size, base64. */
function envelopeHead(size: number): string {
  const message = { number: 1, payload: payloadOf(size) };
  const frame = new EnvelopeEncoder([Question]).encode(message);
  const length = frame.length - Question.encode(message).finish().length;
  return Buffer.from(frame.subarray(0, length)).toString("base64");
}

/** The calls of a generated client through a broker to generated reactors. */
export function throughBrokerTyped(name: string, kind: BrokerKind): Subject {
  return {
    name,
    ours: kind !== "native",
    start: async (profile) => {
      const processes = new Processes();
      const broker = await processes.add(startBroker(kind, profile));
      await processes.add(
        BenchProcess.role(
          "roles/dividere/brokers/servers",
          {
            endpoint: broker.told("backend"),
            kind: kind === "envelopes" ? "balanced" : "proxied",
            servers: WORKERS,
          },
          profile,
        ),
      );
      const client = await processes.add(
        BenchProcess.role("roles/dividere/client", { endpoint: broker.told("frontend") }, profile),
      );
      await broker.ask("workers", { count: WORKERS });
      return runningAs(processes, (count, load) => makeCalls(client, count, load));
    },
  };
}

function startBroker(kind: BrokerKind, profile: string | undefined): Promise<BenchProcess> {
  return kind === "native"
    ? BenchProcess.role("roles/zeromq/broker")
    : BenchProcess.role("roles/dividere/brokers/broker", { kind }, profile);
}

/** The calls of a bare client through a broker to bare workers. */
export function throughBroker(name: string, kind: BrokerKind, size: number): Subject {
  return {
    name,
    ours: kind !== "native",
    start: async (profile) => {
      const processes = new Processes();
      const broker = await processes.add(startBroker(kind, profile));
      await processes.add(
        BenchProcess.role("roles/zeromq/workers", {
          endpoint: broker.told("backend"),
          sockets: WORKERS,
          register: registrations[kind],
        }),
      );
      const client = await processes.add(
        BenchProcess.role("roles/zeromq/client", {
          endpoint: broker.told("frontend"),
          kind: "dealer",
          envelope: envelopeHead(size),
        }),
      );
      await broker.ask("workers", { count: WORKERS });
      return runningAs(processes, (count, load) => makeCalls(client, count, load));
    },
  };
}

/** The choice of a worker alone, with so many known. */
export function choice(known: number): Subject {
  return {
    name: `${known.toLocaleString("en")} workers known`,
    ours: true,
    start: async (profile) => {
      const processes = new Processes();
      const table = await processes.add(
        BenchProcess.role("roles/dividere/brokers/worker-table", { known }, profile),
      );
      return runningAs(processes, (count, load) => makeCalls(table, count, load));
    },
  };
}
