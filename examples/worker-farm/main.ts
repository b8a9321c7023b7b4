// Searches every picture in pictures/ several times: in one process, then in a process on each core.
// `npm start` – or `npm start -- 40 4` for 40 times with 4 processes.
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { MpMsgReactor } from "dividere/messaging";
import {
  type Colour,
  type Detections,
  type Kind,
  kindToJSON,
  type Picture,
} from "./gen/farm/v1/vision.js";
import { VisionRequest } from "./gen/farm/v1/vision_dividere.js";
import Vision from "./vision-reactor.js";

const rounds = Number(process.argv[2] ?? 5);
const workers = Number(process.argv[3] ?? availableParallelism());

const folder = new URL("pictures/", import.meta.url);
const pictures: Picture[] = readdirSync(folder)
  .sort()
  .map((name) => ({ name, file: readFileSync(new URL(name, folder)) }));

const alone = await inOneProcess();
for (const detections of alone.answers) print(detections);

const together = await inManyProcesses();
for (const [index, { picture, found }] of together.answers.entries()) {
  if (JSON.stringify(found) !== JSON.stringify(alone.answers[index]?.found)) {
    throw new Error(`${picture} looks different to the farm`);
  }
}

const count = pictures.length * rounds;
console.log(`\n${count} pictures in one process: ${seconds(alone)}`);
console.log(`${count} pictures in ${workers} processes: ${seconds(together)}`);
console.log(`speed-up: ${(alone.tookMs / together.tookMs).toFixed(1)}`);

/** The result of a run. */
interface Run {
  readonly answers: readonly Detections[];
  readonly tookMs: number;
}

async function inOneProcess(): Promise<Run> {
  await using reactor = new Vision({ serve: "tcp://127.0.0.1:*" });
  return await lookAtAll(reactor.endpoints);
}

async function inManyProcesses(): Promise<Run> {
  await using farm = new MpMsgReactor(new URL("./vision-reactor.js", import.meta.url), {
    serve: "tcp://127.0.0.1:*",
    workers,
  });
  farm.onStatus((status) => {
    if (status.type === "crashed") console.error(status.error.message);
  });
  // Requests could be sent at once, but the measured time must not include the start of the processes.
  await farm.waitUntilReady();
  return await lookAtAll(farm.endpoints);
}

/** Sends every picture `rounds` times, and returns the answers of the first round. */
async function lookAtAll(endpoints: readonly string[]): Promise<Run> {
  await using vision = new VisionRequest(endpoints, { timeoutMs: 120_000 });
  // Lets every process compile its code before the measurement.
  await Promise.all(Array.from({ length: workers }, () => look(vision)));
  const startedAt = performance.now();
  const looks = Array.from({ length: rounds }, () => look(vision));
  const [answers = []] = await Promise.all(looks);
  return { answers, tookMs: performance.now() - startedAt };
}

async function look(vision: VisionRequest): Promise<Detections[]> {
  return await Promise.all(pictures.map((picture) => vision.detect(picture)));
}

function print({ picture, found }: Detections): void {
  console.log(`${picture}: ${found.length === 0 ? "nothing" : ""}`.trimEnd());
  for (const { kind, box, colour } of found) {
    const where = `${box?.width}×${box?.height} at ${box?.left},${box?.top}`;
    console.log(`  ${nameOf(kind)} ${where} ${hex(colour)}`);
  }
}

function nameOf(kind: Kind): string {
  return kindToJSON(kind).replace("KIND_", "").toLowerCase();
}

function hex(colour: Colour | undefined): string {
  const { red = 0, green = 0, blue = 0 } = colour ?? {};
  return `#${Buffer.from([red, green, blue]).toString("hex")}`;
}

function seconds({ tookMs }: Run): string {
  return `${(tookMs / 1_000).toFixed(2)} s`;
}
