import type { Command } from "commander";
import { esMessageType } from "dividere/codegen/es";
import { Subscriber } from "dividere/connection";
import { type MessageType, Publisher, readEnvelope } from "dividere/messaging";
import { type CommonOptions, type Context, newCommand, runs } from "../../app/command.js";
import { ExitCode } from "../../app/exit-codes.js";
import {
  type ClientKeyOptions,
  type RegistryOption,
  type SchemaOptions,
  type ServerKeyOptions,
  withKeys,
  withRegistry,
  withSchema,
} from "../../app/options.js";
import { duration, positiveInteger } from "../../app/values.js";
import { envelopesIn } from "../../connect/batches.js";
import { peerSecurity } from "../../connect/keys.js";
import { bytes, count } from "../../output/numbers.js";
import { readMessage } from "../../schema/json.js";
import { eventSchema, type ReflectOption, withoutSchema } from "../events/event-schema.js";
import { TypeFilter } from "../events/type-filter.js";
import { Latencies, type LatencySummary } from "./latencies.js";
import { Pace } from "./pace.js";
import { latencyLines } from "./summary-lines.js";

interface Options
  extends CommonOptions,
    ClientKeyOptions,
    ServerKeyOptions,
    RegistryOption,
    SchemaOptions,
    ReflectOption {
  readonly duration: number;
  readonly rate: number;
  readonly from?: string;
}

interface Result {
  readonly type: string;
  readonly seconds: number;
  readonly published: number;
  readonly publishedPerSecond: number;
  readonly bytesPerEvent: number;
  readonly received: number;
  readonly lost: number;
  readonly latency: LatencySummary;
}

/** The number of events in flight whose times are kept; a power of two. */
const WINDOW = 1 << 17;

/** The longest wait for the last events and for the subscription, in milliseconds. */
const SETTLE_MS = 5_000;

export function benchPubCommand(): Command {
  const command = newCommand("pub <endpoint> <type> [json]", "Publish an event again and again", {
    details:
      "Binds the endpoint, or connects with > before it, and measures with a subscriber of its own: the time from the sending to the receipt, and the events that were lost. Other subscribers get the events too.",
    examples: [
      [
        "dividere bench pub tcp://127.0.0.1:5556 Msg02 --proto greeter.proto --rate 20000",
        "a publisher and its subscribers",
      ],
      [
        "dividere bench pub '>tcp://proxy:5557' Msg02 --from tcp://proxy:5558 --reflect greeter",
        "through a proxy",
      ],
    ],
  })
    .option("-d, --duration <time>", "how long", duration, 10_000)
    .option("-r, --rate <number>", "events a second", positiveInteger, 1_000)
    .option("--from <endpoint>", "where the own subscriber connects; the same by default")
    .option("--reflect <service>", "take the schema from this service, by name or endpoint");
  withRegistry(withSchema(withKeys(command, "both")));
  return runs<Options, [string, string, string | undefined]>(command, bench);
}

async function bench(
  context: Context<Options>,
  endpoint: string,
  typeName: string,
  json: string | undefined,
): Promise<number> {
  const { out, options, signal } = context;
  const schema = await eventSchema(options, signal);
  if (schema === undefined) throw withoutSchema();
  const descriptor = schema.message(typeName);
  const message = readMessage(schema, descriptor, json ?? "{}");
  const type = esMessageType(descriptor);
  await using publisher = new Publisher<MessageType<object>>(endpoint, [type], {
    ...peerSecurity(options, [endpoint], true),
    sequence: true,
  });
  const from = options.from ?? `>${publisher.endpoints[0]?.replace("//0.0.0.0:", "//127.0.0.1:")}`;
  const { topics } = new TypeFilter([descriptor.typeName], undefined);
  await using subscriber = new Subscriber(from, {
    ...peerSecurity(options, [from], false),
    topics,
  });
  await publisher.waitForSubscribers(1, { timeoutMs: SETTLE_MS, signal });
  out.note(
    `Publishing ${descriptor.typeName} for ${options.duration / 1_000} s; Ctrl-C ends early.`,
  );
  const measured = new Measured(subscriber);
  const receiving = measured.receive();
  const pace = new Pace(options.duration, options.rate, signal);
  for (let due = await pace.next(); due !== undefined; due = await pace.next()) {
    measured.sent(due);
    await publisher.send(message, type, { timeoutMs: SETTLE_MS });
  }
  const seconds = pace.elapsedMs / 1_000;
  await measured.settled();
  subscriber.close();
  await receiving;
  const { published, received } = measured;
  const result: Result = {
    type: descriptor.typeName,
    seconds: Number(seconds.toFixed(3)),
    published,
    publishedPerSecond: Number((published / seconds).toFixed(1)),
    bytesPerEvent: measured.bytesPerEvent,
    received,
    lost: published - received,
    latency: measured.latencies.summary(),
  };
  out.result(result, () => [
    `${result.type}: ${count(published)} events of ${bytes(result.bytesPerEvent)} in ${seconds.toFixed(1)} s, ${count(result.publishedPerSecond)} a second`,
    `received ${count(received)}, lost ${count(result.lost)}`,
    ...latencyLines(out, result.latency),
  ]);
  return ExitCode.done;
}

/** Matches received events with their sending by their number. */
class Measured {
  readonly latencies = new Latencies();
  readonly #subscriber: Subscriber;
  readonly #times = new Float64Array(WINDOW);
  published = 0;
  received = 0;
  bytesPerEvent = 0;
  #last = 0;
  #onLast: () => void = () => {};

  constructor(subscriber: Subscriber) {
    this.#subscriber = subscriber;
  }

  sent(due: number): void {
    this.published++;
    this.#times[this.published % WINDOW] = due;
  }

  async receive(): Promise<void> {
    for await (const frame of this.#subscriber) {
      for (const each of envelopesIn(frame)) this.#note(each);
    }
  }

  #note(frame: Uint8Array): void {
    const sequence = readEnvelope(frame).publication?.sequence;
    if (sequence === undefined || sequence > this.published) return;
    this.received++;
    this.bytesPerEvent = frame.length;
    this.#last = sequence;
    this.latencies.add(performance.now() - (this.#times[sequence % WINDOW] ?? 0));
    if (sequence === this.published) this.#onLast();
  }

  /** Waits until the last event has come, or for a while if it is lost. */
  async settled(): Promise<void> {
    if (this.#last === this.published) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#onLast = resolve;
      timer = setTimeout(resolve, SETTLE_MS);
    });
    clearTimeout(timer);
  }
}
