import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import quickStart from "../../../examples/quick-start/package.json" with { type: "json" };
import { packagesFor } from "../../../plugin/src/scaffold/init/content/packages.js";
import { ScaffoldProject } from "../scaffold-project.js";

const manifest = '{\n  "name": "p",\n  "type": "module"\n}\n';

const scripts = {
  prestart: "buf generate",
  start: "node --import=tsx main.ts",
  server: "node --import=tsx server.ts",
  client: "node --import=tsx client.ts",
  check: "tsc",
  generate: "buf generate",
};

test("with --yes a new project gets everything, and a second run finds nothing to do", async () => {
  using project = new ScaffoldProject({ "package.json": manifest });
  const ran = await project.run(["init", "--yes"]);
  assert.deepEqual(ran, {
    status: 0,
    stdout: `Created buf.yaml
Created buf.gen.yaml
Created tsconfig.json
Created proto/greeter.proto, server.ts, client.ts and main.ts
Added the script generate to package.json
Added dependencies to package.json
Added devDependencies to package.json

Next:
  npm install
  npm start      # generates, and runs the server and the client; Ctrl-C ends it

When the proto has changed: npm run generate, then npx dividere-scaffold.
`,
    stderr: "",
  });
  assert.deepEqual(JSON.parse(project.read("package.json")), {
    name: "p",
    type: "module",
    scripts,
    ...packagesFor("ts-proto", true),
  });
  const files = project.all();
  assert.equal(
    (await project.run(["init", "-y"])).stdout,
    "Nothing to do: the project is set up.\n",
  );
  assert.deepEqual(project.all(), files);
});

test("an empty folder gets a package.json of its name", async () => {
  using project = new ScaffoldProject({ "My Programs_1/.gitignore": "" });
  rmSync(project.file("package.json"));
  const ran = await project.run(["init", "--yes"], { cwd: "My Programs_1" });
  assert.equal(`${ran.status}${ran.stderr}`, "0");
  assert.match(ran.stdout, /^Created package\.json\n/);
  const written = JSON.parse(project.read("My Programs_1/package.json"));
  assert.deepEqual(written, {
    name: "my-programs-1",
    version: "0.0.0",
    private: true,
    type: "module",
    scripts,
    ...packagesFor("ts-proto", true),
  });
  assert.ok(project.has("My Programs_1/tsconfig.json"));
});

test("a folder fresh from npm init is made one of ES modules, and keeps what it has", async () => {
  const fresh = {
    name: "p",
    version: "1.0.0",
    main: "index.js",
    scripts: { test: 'echo "Error: no test specified" && exit 1' },
    type: "commonjs",
  };
  using project = new ScaffoldProject({ "package.json": JSON.stringify(fresh, undefined, 2) });
  const { stdout } = await project.run(["init", "--yes"]);
  assert.match(stdout, /^Set "type" to "module" in package\.json$/m);
  assert.deepEqual(JSON.parse(project.read("package.json")), {
    ...fresh,
    type: "module",
    scripts: { ...fresh.scripts, ...scripts },
    ...packagesFor("ts-proto", true),
  });
});

test("a start of the user's own stays, and nothing is put before it", async () => {
  using project = new ScaffoldProject({
    "package.json": '{ "type": "module", "scripts": { "start": "mine", "check": "mine too" } }',
  });
  const { stdout } = await project.run(["init", "--yes"]);
  const { prestart: _, ...others } = scripts;
  assert.deepEqual(JSON.parse(project.read("package.json")).scripts, {
    ...others,
    start: "mine",
    check: "mine too",
  });
  assert.match(stdout, /^ {2}npm run generate\n {2}npx dividere-scaffold\n$/m);
});

test("programs of the first service go to src where there is one", async () => {
  using project = new ScaffoldProject({ "package.json": manifest, "src/.keep": "" });
  await project.run(["init", "--yes"]);
  assert.ok(["src/server.ts", "src/client.ts", "src/main.ts"].every((name) => project.has(name)));
  assert.equal(
    JSON.parse(project.read("package.json")).scripts.start,
    "node --import=tsx src/main.ts",
  );
  assert.match(project.read("buf.gen.yaml"), /^ {4}out: src\/gen$/m);
});

test("--codec=es sets up the messages of protobuf-es", async () => {
  using project = new ScaffoldProject({ "package.json": manifest });
  const ran = await project.run(["init", "--yes", "--codec=es"]);
  assert.equal(`${ran.status}${ran.stderr}`, "0");
  const { devDependencies } = JSON.parse(project.read("package.json"));
  assert.ok("@bufbuild/protoc-gen-es" in devDependencies && !("ts-proto" in devDependencies));
  assert.match(project.read("buf.gen.yaml"), /local: protoc-gen-es\n[\s\S]*opt: codec=es\n$/);
  for (const codec of ["", "protobuf"]) {
    const refused = await project.run(["init", `--codec=${codec}`]);
    assert.equal(refused.status, 2);
    assert.match(
      refused.stderr,
      /--codec (needs a value|cannot be "protobuf"; it is ts-proto or es)/,
    );
  }
});

test("what all else needs cannot be declined", async () => {
  using project = new ScaffoldProject({ "empty/.gitignore": "" });
  rmSync(project.file("package.json"));
  const ran = await project.run(["init"], { cwd: "empty", typed: "n\n" });
  assert.equal(ran.status, 2);
  assert.match(ran.stderr, /Without a package\.json there is nothing to set up; nothing was done/);
  assert.deepEqual(Object.keys(project.all()), [join("empty", ".gitignore")]);
});

test("the packages of a new project are those that the quick start installs", () => {
  const { dependencies, devDependencies } = quickStart;
  assert.deepEqual(packagesFor("ts-proto", true), { dependencies, devDependencies });
});
