// What a program waits for when it imports dividere, beside what it would wait for anyway: `npm run bench -- imports`. Each import
// runs in processes of its own, in turn with the others, so that what else the machine does falls on all alike. The figure is the time of the
// processor, which other programs change less than they change the clock's.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const rounds = 25;
const root = fileURLToPath(new URL("..", import.meta.url));

const zeromq = "zeromq";
const both = "zeromq and @bufbuild/protobuf/wire";

/** What is imported, and what it is compared with. */
const imports: readonly { name: string; modules: readonly string[]; against?: string }[] = [
  { name: zeromq, modules: ["zeromq"] },
  { name: both, modules: ["zeromq", "@bufbuild/protobuf/wire"] },
  { name: "dividere/connection", modules: ["dividere/connection"], against: zeromq },
  { name: "dividere/messaging", modules: ["dividere/messaging"], against: zeromq },
  { name: "dividere/messaging", modules: ["dividere/messaging"], against: both },
  { name: "dividere", modules: ["dividere"], against: both },
  {
    name: "dividere/codegen and the messages' codec",
    modules: ["dividere/codegen", "@bufbuild/protobuf/wire"],
    against: both,
  },
];

/** The time of the processor for importing some modules in a new process, in milliseconds. */
function importMs(modules: readonly string[]): number {
  const list = modules.map((module) => `import(${JSON.stringify(module)})`).join();
  const source = `const before = process.cpuUsage();
await Promise.all([${list}]);
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1000);`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", source],
    { cwd: root, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`The import of ${modules.join(" and ")} failed:\n${stderr}`);
  return Number(stdout);
}

function quantile(times: readonly number[], part: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN;
}

const times = imports.map((): number[] => []);
for (let round = 0; round < rounds; round++) {
  for (const [index, { modules }] of imports.entries()) times[index]?.push(importMs(modules));
}

console.log("import                                      median ms  (quartiles)   times   of");
for (const [index, { name, against }] of imports.entries()) {
  const own = times[index] ?? [];
  const base = times[imports.findIndex((each) => each.name === against)];
  const [low, middle, high] = [0.25, 0.5, 0.75].map((part) => quantile(own, part).toFixed(1));
  const ratio = base && (quantile(own, 0.5) / quantile(base, 0.5)).toFixed(2);
  console.log(
    [name.padEnd(42), middle?.padStart(10), ` (${low}–${high})`.padEnd(14), ratio, against].join(
      " ",
    ),
  );
}
