import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import workspace from "../../../package.json" with { type: "json" };
import { packagesFor } from "../../../plugin/src/scaffold/init/content/packages.js";
import { root } from "../../support/child.js";
import { ScaffoldProject } from "../scaffold-project.js";

const manifest = '{\n  "name": "p",\n  "type": "module"\n}\n';

/** The packages for a project with programs, which has its own way to run and compile them. */
const packages = packagesFor("ts-proto", false);
const withPrograms = { "package.json": manifest, "index.ts": "" };

test("a tsconfig.json without what await using needs is told so", async () => {
  for (const [text, told] of [
    ['{ "compilerOptions": { "lib": ["es2023"] } }', true],
    ['{ "compilerOptions": { "lib": ["ES2023", "ESNext.Disposable"] } }', false],
    ['{ "extends": "./base.json" }', false],
  ] as const) {
    using project = new ScaffoldProject({ ...withPrograms, "tsconfig.json": text });
    const { stdout } = await project.run(["init", "--yes"]);
    assert.equal(
      stdout.includes(
        'tsconfig.json: is there already; "await using" needs this in its "lib":\n  "esnext.disposable"\n',
      ),
      told,
      text,
    );
  }
});

test("with --yes a project with programs gets what it lacks, and a second run finds nothing to do", async () => {
  using project = new ScaffoldProject(withPrograms);
  const ran = await project.run(["init", "--yes"]);
  assert.deepEqual(ran, {
    status: 0,
    stdout: `Created buf.yaml
Created buf.gen.yaml
Created proto/greeter.proto
Added the script generate to package.json
Added dependencies to package.json
Added devDependencies to package.json

Next:
  npm install
  npm run generate
  npx dividere-scaffold
`,
    stderr: "",
  });
  assert.deepEqual(JSON.parse(project.read("package.json")), {
    name: "p",
    type: "module",
    scripts: { generate: "buf generate" },
    ...packages,
  });
  assert.match(project.read("buf.gen.yaml"), /^ {4}out: gen$/m);
  const files = project.all();
  assert.equal(
    (await project.run(["init", "-y"])).stdout,
    "Nothing to do: the project is set up.\n",
  );
  assert.deepEqual(project.all(), files);
});

test("init asks for each step, and takes only the accepted steps", async () => {
  using project = new ScaffoldProject(withPrograms);
  const ran = await project.run(["init"], { typed: "y\nn\nwhat?\nNO\n\nyes\nn\n" });
  assert.equal(ran.status, 0);
  assert.deepEqual(
    [...ran.stdout.matchAll(/(?:^|\[Y\/n\] )([^\n[]+\?) (?=\[Y\/n\])/gm)].map(
      ([, question]) => question,
    ),
    [
      "Create buf.yaml?",
      "Create buf.gen.yaml?",
      "Create proto/greeter.proto?",
      "Create proto/greeter.proto?",
      "Add the script generate to package.json?",
      "Add dependencies to package.json?",
      "Add devDependencies to package.json?",
    ],
  );
  assert.match(ran.stdout, /Please answer y or n\./);
  assert.match(ran.stdout, /Some of it is left undone/);
  assert.deepEqual(Object.keys(project.all()).sort(), ["buf.yaml", "index.ts", "package.json"]);
  assert.deepEqual(JSON.parse(project.read("package.json")), {
    name: "p",
    type: "module",
    scripts: { generate: "buf generate" },
    dependencies: packages.dependencies,
  });
});

test("an input that ends before all answers changes nothing", async () => {
  using project = new ScaffoldProject({ "package.json": manifest });
  const before = project.all();
  const ran = await project.run(["init"], { typed: "y\ny\n" });
  assert.equal(ran.status, 2);
  assert.match(ran.stderr, /The input ended before all was answered; nothing was done/);
  assert.deepEqual(project.all(), before);
});

test("without a terminal and without --yes init prints its steps, and exits with 1", async () => {
  using project = new ScaffoldProject({ "package.json": manifest, "src/main.ts": "" });
  const before = project.all();
  const ran = await project.run(["init"]);
  assert.equal(ran.status, 1);
  assert.match(ran.stdout, /^Would do:\n {2}Create buf\.yaml\n {6}modules proto and node_modules/);
  assert.match(ran.stdout, /ts-proto and protoc-gen-dividere, to src\/gen\n/);
  assert.match(ran.stdout, /nothing was done\. To do it all, add --yes\.\n$/);
  assert.deepEqual(project.all(), before);
});

test("existing files stay unchanged, and init prints the lines that they lack", async () => {
  using project = new ScaffoldProject({
    "package.json":
      '{ "type": "module", "scripts": { "generate": "make" }, "dependencies": { "dividere": "*" } }',
    "buf.yaml": "version: v2\n",
    "buf.gen.yaml": "version: v2\nplugins: []\n",
    "proto/deep/own.proto": 'syntax = "proto3";\n',
    "index.ts": "",
    "pnpm-lock.yaml": "",
  });
  const before = project.all();
  const ran = await project.run(["init", "--yes"]);
  assert.equal(
    ran.stdout,
    `buf.yaml: is there already; it needs this under modules:
  - path: node_modules/dividere/proto
buf.gen.yaml: is there already; it needs this under plugins, beside ts-proto:
  - local: protoc-gen-dividere
    out: gen
package.json: has a script generate already; let it, or another one, run buf generate
Added dependencies to package.json
Added devDependencies to package.json

Next:
  pnpm install
  pnpm run generate
  pnpm exec dividere-scaffold
`,
  );
  const { "package.json": changed, ...others } = project.all();
  assert.deepEqual({ ...others, "package.json": before["package.json"] }, before);
  assert.equal(JSON.parse(changed ?? "").dependencies.dividere, "*");
});

const manifests: readonly { title: string; before: string; after: string }[] = [
  {
    title: "tabs, Windows' line ends, lists on one line and a missing last line end",
    before:
      '{\r\n\t"type": "module",\r\n\t"files": ["dist", "a"],\r\n\t"scripts": { "test": "node --test" },\r\n\t"devDependencies": {\r\n\t\t"ts-proto": "^2.0.0",\r\n\t\t"typescript": "^7.0.0"\r\n\t}\r\n}',
    after:
      '{\r\n\t"type": "module",\r\n\t"files": ["dist", "a"],\r\n\t"scripts": { "test": "node --test", "generate": "buf generate" },\r\n\t"devDependencies": {\r\n\t\t<buf>,\r\n\t\t<plugin>,\r\n\t\t"ts-proto": "^2.0.0",\r\n\t\t"typescript": "^7.0.0"\r\n\t},\r\n\t"dependencies": {\r\n\t\t<protobuf>,\r\n\t\t<dividere>\r\n\t}\r\n}',
  },
  {
    title: "empty objects, and packages in no order",
    before:
      '{\n    "scripts": {},\n    "dependencies": {\n    },\n    "devDependencies": { "z": "1", "a": "1" },\n    "type": "module"\n}\n',
    after:
      '{\n    "scripts": {\n        "generate": "buf generate"\n    },\n    "dependencies": {\n        <protobuf>,\n        <dividere>\n    },\n    "devDependencies": { "z": "1", "a": "1", <buf>, <plugin>, <ts-proto> },\n    "type": "module"\n}\n',
  },
];

for (const { title, before, after } of manifests) {
  test(`package.json keeps its formatting: ${title}`, async () => {
    using project = new ScaffoldProject({ "package.json": before, "index.ts": "" });
    assert.equal((await project.run(["init", "--yes"])).status, 0);
    const entry = (name: string) =>
      `"${name}": "${{ ...packages.dependencies, ...packages.devDependencies }[name]}"`;
    assert.equal(
      project.read("package.json"),
      after
        .replace("<buf>", entry("@bufbuild/buf"))
        .replace("<plugin>", entry("protoc-gen-dividere"))
        .replace("<ts-proto>", entry("ts-proto"))
        .replace("<protobuf>", entry("@bufbuild/protobuf"))
        .replace("<dividere>", entry("dividere")),
    );
  });
}

test("an invalid or missing package.json is refused", async () => {
  for (const text of ["[]", "{ // no\n}", ""]) {
    using project = new ScaffoldProject({ "package.json": text });
    const ran = await project.run(["init", "--yes"]);
    assert.equal(ran.status, 2);
    assert.match(ran.stderr, /package\.json is no JSON object; correct it first/);
    assert.deepEqual(Object.keys(project.all()), ["package.json"]);
  }
  using project = new ScaffoldProject({ "a/b": "" });
  const ran = await project.run(["init", "--yes"], { cwd: "a" });
  assert.equal(ran.status, 2);
  assert.match(ran.stderr, /There is no package\.json in this folder\. Run npm init first/);
});

test("a project of CommonJS modules gets a note about ES modules", async () => {
  using project = new ScaffoldProject({ "package.json": '{ "name": "p" }\n', "index.js": "" });
  const { stdout } = await project.run(["init", "--yes"]);
  assert.match(stdout, /^package\.json: has no "type": "module"; dividere and .* are ES modules\n/);
});

test("the packages are those that this repository is tested with", () => {
  const { devDependencies } = packagesFor("es", true);
  for (const [name, version] of Object.entries(workspace.devDependencies)) {
    const wanted = { ...devDependencies, ...packages.devDependencies }[name];
    if (wanted === undefined) continue;
    // The same version, or one of its patches.
    const minor = (text: string) => text.replace(/^\^/, "").split(".").slice(0, 2).join(".");
    assert.equal(minor(wanted), minor(version), name);
  }
});

/** Gives its arguments a terminal of 80 columns, and types an answer at every question. */
const atTerminal = `
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
unanswered = b""
while True:
    try:
        data = os.read(fd, 4096)
    except OSError:
        break
    if not data:
        break
    os.write(1, data)
    unanswered += data
    if unanswered.endswith(b"[Y/n] "):
        os.write(fd, b"y\\n")
        unanswered = b""
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

test("the installed program asks at a real terminal", {
  skip: process.platform === "win32" && "it has no terminals of this kind",
}, () => {
  using project = new ScaffoldProject({ "package.json": manifest });
  const program = join(root, "plugin", "bin", "dividere-scaffold.js");
  const ran = spawnSync("python3", ["-c", atTerminal, process.execPath, program, "init"], {
    cwd: project.path,
    encoding: "utf8",
    timeout: 30_000,
  });
  assert.equal(`${ran.status}${ran.stderr}`, "0");
  assert.match(ran.stdout, /^Create buf\.yaml\? \[Y\/n\] y\r$/m);
  assert.match(ran.stdout, /^Created buf\.yaml\r$/m);
  assert.deepEqual(
    ran.stdout.split("\r\n").filter((line) => line.length > 80),
    [],
  );
  assert.ok(project.has("proto/greeter.proto"));
});
