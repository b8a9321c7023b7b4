import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { test } from "node:test";
import * as all from "dividere";
import { run } from "../support/child.js";

/** What an import loads: files of packages, and Node.js's own modules. */
async function loadedBy(module: string): Promise<{ files: string[]; builtins: string[] }> {
  const hooks = `import { writeSync } from "node:fs";
  export async function load(url, context, next) {
    if (url.startsWith("file:")) writeSync(1, url + "\\n");
    return next(url, context);
  }`;
  const source = `import { register } from "node:module";
register("data:text/javascript," + encodeURIComponent(${JSON.stringify(hooks)}));
const before = new Set(process.moduleLoadList);
await import(${JSON.stringify(module)});
const added = process.moduleLoadList.filter((name) => !before.has(name));
console.log(JSON.stringify(added));`;
  const { status, stdout, stderr } = await run("node", ["--input-type=module", "--eval", source]);
  assert.equal(status, 0, stderr);
  const lines = stdout.trim().split("\n");
  const list = lines.find((line) => line.startsWith("[")) ?? "[]";
  return {
    files: lines.filter((line) => line.startsWith("file:")),
    builtins: (JSON.parse(list) as string[]).map((name) => name.replace(/^NativeModule /, "")),
  };
}

/** Modules of Node.js that take longer to load than to use, and that most programs never use. */
const slow = ["child_process", "crypto", "net"];

const layers = ["connection", "messaging", "registry", "service", "codegen"];
for (const module of ["dividere", ...layers.map((layer) => `dividere/${layer}`)]) {
  test(`${module} loads three files at most, zeromq, and nothing that is seldom used`, async () => {
    const { files, builtins } = await loadedBy(module);
    const own = files.filter((file) => file.includes("/runtime/dist/"));
    assert.ok(own.length > 0 && own.length <= 3, own.join("\n"));
    const others = files.filter((file) => !own.includes(file));
    assert.ok(others.length > 0);
    assert.deepEqual(
      others.filter((file) => !/\/node_modules\/zeromq\//.test(file)),
      [],
    );
    assert.deepEqual(
      slow.filter((name) => builtins.includes(name)),
      [],
    );
  });
}

/** What Node.js loads for the imports of its modules, besides the modules. */
const forImports = [
  "stream",
  "v8",
  "worker_threads",
  // Getters of fs, util and buffer, which an import of the module would read.
  "internal/util/parse_args/parse_args",
  "internal/mime",
  "internal/file",
];

test("an import reads nothing of Node.js's own modules but what is used, after zeromq", async () => {
  const source = `await import("zeromq");
const before = new Set(process.moduleLoadList);
await import("dividere");
console.log(JSON.stringify(process.moduleLoadList.filter((name) => !before.has(name))));`;
  const { status, stdout, stderr } = await run("node", ["--input-type=module", "--eval", source]);
  assert.equal(status, 0, stderr);
  const added = (JSON.parse(stdout) as string[]).map((name) => name.replace(/^NativeModule /, ""));
  assert.ok(added.includes("timers/promises"), added.join());
  assert.deepEqual(
    [...slow, ...forImports].filter((name) => added.includes(name)),
    [],
  );
});

/** The most bytes of JavaScript that an import compiles: those of today, with some room. */
const mostBytes = { connection: 180_000, messaging: 580_000 };

for (const [layer, most] of Object.entries(mostBytes)) {
  test(`dividere/${layer} loads ${most} bytes of JavaScript at most`, async () => {
    const { files } = await loadedBy(`dividere/${layer}`);
    const own = files.filter((file) => file.includes("/runtime/dist/"));
    const bytes = own.reduce((sum, file) => sum + statSync(new URL(file)).size, 0);
    assert.ok(bytes > 0 && bytes <= most, `${bytes} bytes`);
  });
}

test("dividere/connection loads nothing of the layers above", async () => {
  const connection = await loadedBy("dividere/connection");
  const messaging = await loadedBy("dividere/messaging");
  const own = ({ files }: { files: string[] }) => files.filter((file) => file.includes("/chunk-"));
  assert.equal(own(connection).length, 1);
  assert.equal(own(messaging).length, 2);
  assert.ok(own(messaging).includes(own(connection)[0] ?? ""));
});

test("classes have their own names in the bundles, as stack traces and messages show them", async () => {
  const classes = [all.connection, all.messaging, all.registry, all.service].flatMap((layer) =>
    Object.entries(layer).filter(([, value]) => /^class\b/.test(String(value))),
  ) as [string, { name: string }][];
  assert.ok(classes.length > 20);
  assert.deepEqual(
    classes.map(([, { name }]) => name),
    classes.map(([name]) => name),
  );
});

test("all entry points share their classes", async () => {
  const source = `import assert from "node:assert/strict";
import * as all from "dividere";
import * as connection from "dividere/connection";
import * as messaging from "dividere/messaging";
import * as service from "dividere/service";
import * as codegen from "dividere/codegen";
assert.equal(all.connection.Publisher, connection.Publisher);
assert.equal(all.messaging.MtMsgReactor, messaging.MtMsgReactor);
assert.equal(messaging.RequestClient, codegen.RequestClient);
assert.equal(service.Service, codegen.Service);
assert.equal(connection.DividereError, messaging.DividereError);`;
  const { status, stderr } = await run("node", ["--input-type=module", "--eval", source]);
  assert.equal(status, 0, stderr);
});
