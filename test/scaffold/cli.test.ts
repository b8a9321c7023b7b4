import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { greeter, messages, ScaffoldProject } from "./scaffold-project.js";
import { shop } from "./shop.js";

const written = `import { DividereError, RequestError } from "dividere/messaging";
import { GreeterReactor } from "./gen/greeter_dividere.js";
import type { A, B, C, D } from "./gen/greeter.js";

export class MyGreeter extends GreeterReactor {
  async handleA(msg: A): Promise<B> {
    throw new RequestError("UNIMPLEMENTED", "AskA is not implemented yet");
  }

  async handleB(msg: B): Promise<B> {
    throw new RequestError("UNIMPLEMENTED", "AskB is not implemented yet");
  }

  async handleC(msg: C): Promise<void> {
    throw new DividereError("MISSING_HANDLER", "TellC is not handled yet");
  }

  async handleD(msg: D): Promise<A> {
    throw new RequestError("UNIMPLEMENTED", "AskD is not implemented yet");
  }
}
`;

/** A class that has all but one handler, and one too many. */
const mine = `import type { A, B, C, E } from "./gen/greeter.js";
import { GreeterReactor } from "./gen/greeter_dividere.js";
export class Mine extends GreeterReactor {
  handleA(msg: A): B { return {}; }
  handleB(msg: B): B { return {}; }
  handleC(msg: C): void {}
  handleE(msg: E): void {}
  handleError(error: Error): void {}
  private handlePart(msg: A): void {}
}
`;

test("a reactor without a class gets a class, in src if that exists", async () => {
  using project = new ScaffoldProject(greeter);
  assert.equal(
    (await project.scaffold()).stdout,
    `my-greeter.ts: new class MyGreeter extends GreeterReactor
  + handleA
  + handleB
  + handleC
  + handleD
Wrote 1 class and 4 handlers; a handler throws until you fill it in.
`,
  );
  assert.equal(project.read("my-greeter.ts"), written);

  using other = new ScaffoldProject({ ...greeter, "src/other.ts": "export const one = 'a'\n" });
  await other.scaffold();
  assert.match(
    other.read("src/my-greeter.ts"),
    /^import \{ GreeterReactor \} from '\.\.\/gen\/greeter_dividere\.js'$/m,
  );
});

test("--out sets an absolute or relative folder, and --class the class", async () => {
  using project = new ScaffoldProject(greeter);
  await project.run(["--out", "a/b", "--class", "HTTPGreeterV2", "gen"]);
  assert.match(
    project.read("a/b/http-greeter-v2.ts"),
    /^import type \{ A, B, C, D \} from "\.\.\/\.\.\/gen\/greeter\.js";$/m,
  );
  const again = await project.run(["--out", project.file("c"), "--class=Second"]);
  assert.equal(again.status, 0);
  assert.match(project.read("c/second.ts"), /^export class Second extends GreeterReactor \{$/m);
});

test("--check writes nothing and exits with 1 while a handler is missing", async () => {
  using project = new ScaffoldProject({ ...greeter, "mine.ts": mine });
  const before = project.all();
  const checked = await project.run(["--check"]);
  assert.deepEqual(checked, {
    status: 1,
    stdout: `mine.ts:3: class Mine, lacks
  + handleD
  ? handleE, line 7: no rpc of Greeter needs it; kept
Missing: 1 handler. Run dividere-scaffold to write it.
`,
    stderr: "",
  });
  assert.deepEqual(project.all(), before);
});

test("leftover handlers are reported and kept, and do not count as missing", async () => {
  using project = new ScaffoldProject({ ...greeter, "mine.ts": mine });
  await project.scaffold();
  assert.match(project.read("mine.ts"), / {2}handleE\(msg: E\): void \{\}\n {2}handleError/);
  assert.deepEqual(await project.run(["--check"]), {
    status: 0,
    stdout: `mine.ts:4: class Mine, complete
  ? handleE, line 11: no rpc of Greeter needs it; kept
Nothing is missing: 1 class has every handler.
`,
    stderr: "",
  });
});

test("--dry-run writes nothing, and prints a patch with the changes of a run", async () => {
  for (const files of [
    { ...greeter, "a/mine.ts": mine.replaceAll("./gen", "../gen") },
    { ...greeter, "mine.ts": mine.replaceAll("\n", "\r\n") },
    { ...greeter, "mine.ts": mine.trimEnd() },
    greeter,
  ]) {
    using project = new ScaffoldProject(files);
    const before = project.all();
    const dry = await project.run(["--dry-run"]);
    assert.equal(dry.status, 0);
    assert.match(dry.stderr, /^Missing: .* Run dividere-scaffold to write (it|them)\.$/m);
    assert.deepEqual(project.all(), before);
    execFileSync("git", ["apply", "--whitespace=nowarn"], {
      cwd: project.path,
      input: dry.stdout,
      env: { ...process.env, GIT_CEILING_DIRECTORIES: project.file("..") },
    });
    const patched = project.all();
    using other = new ScaffoldProject(files);
    await other.scaffold();
    assert.deepEqual(patched, other.all());
  }
});

test("--dry-run and --check together show the patch and exit with 1", async () => {
  using project = new ScaffoldProject(greeter);
  const ran = await project.run(["--dry-run", "--check"]);
  assert.equal(ran.status, 1);
  assert.match(ran.stdout, /^--- \/dev\/null\n\+\+\+ b\/my-greeter\.ts\n@@ -0,0 \+1,21 @@\n/);
});

test("each service in a file gets a class, and --service chooses", async () => {
  using project = new ScaffoldProject(shop);
  await project.run(["--service", "Orders"]);
  assert.ok(project.has("my-orders.ts") && !project.has("my-stock.ts"));
  await project.run(["--service=shop.v1.StockService", "--class", "Stock"]);
  assert.match(project.read("stock.ts"), /^export class Stock extends StockReactor \{$/m);
  assert.equal((await project.run(["--check"])).status, 0);
});

test("classes of services that share a name are distinguished by their packages", async () => {
  const of = (version: string) =>
    (shop["gen/two_dividere.ts"] ?? "").replaceAll("shop.v1", `shop.${version}`);
  using project = new ScaffoldProject({
    "gen/shop/v1/two.ts": messages("A", "B"),
    "gen/shop/v1/two_dividere.ts": of("v1"),
    "gen/shop/v2/two.ts": messages("A", "B"),
    "gen/shop/v2/two_dividere.ts": of("v2"),
  });
  await project.scaffold();
  assert.match(project.read("my-orders-v1.ts"), /extends OrdersReactor/);
  assert.match(project.read("my-orders-v2.ts"), /"\.\/gen\/shop\/v2\/two_dividere\.js"/);
  // One is enough for neither.
  assert.match((await project.run(["gen/shop/v1"])).stdout, /^Nothing is missing: 2 classes have/m);
});

test("the project is searched for the class: under any name, behind paths of tsconfig.json, in another package", async () => {
  using project = new ScaffoldProject({
    ...greeter,
    "tsconfig.json": `{ // with a comment
      "files": [], "references": [{ "path": "./tsconfig.app.json" }] }`,
    "tsconfig.app.json": `{ "compilerOptions": { "noUnusedParameters": true, "paths": { "@gen/*": ["./gen/*"] } } }`,
    "deep/down/server.ts": `import { GreeterReactor as Base } from "@gen/greeter_dividere";
export const Server = class Named extends Base {
};
`,
    // Of another reactor that has the same name.
    "other.ts": `import { GreeterReactor } from "elsewhere/greeter_other.js";
import type { Msg } from "elsewhere/msg.js";
`,
  });
  await project.scaffold();
  assert.equal(
    project.read("deep/down/server.ts").split("\n").slice(0, 7).join("\n"),
    `import { DividereError, RequestError } from "dividere/messaging";
import { GreeterReactor as Base } from "@gen/greeter_dividere";
import type { A, B, C, D } from "@gen/greeter";
export const Server = class Named extends Base {
  async handleA(_msg: A): Promise<B> {
    throw new RequestError("UNIMPLEMENTED", "AskA is not implemented yet");
  }`,
  );
});

test("in a monorepo a class goes to the package that the command runs in, and is found from the top", async () => {
  using project = new ScaffoldProject({
    ...Object.fromEntries(
      Object.entries(greeter).map(([name, text]) => [`packages/proto/src/${name}`, text]),
    ),
    "packages/proto/package.json": '{ "name": "@shop/proto" }',
    "packages/server/package.json": '{ "name": "@shop/server" }',
    "packages/server/src/main.ts": "export {};\n",
  });
  const ran = await project.run(["../proto/src/gen"], { cwd: "packages/server" });
  assert.match(ran.stdout, /^src\/my-greeter\.ts: new class MyGreeter/);
  assert.match(
    project.read("packages/server/src/my-greeter.ts"),
    /^import \{ GreeterReactor \} from "\.\.\/\.\.\/proto\/src\/gen\/greeter_dividere\.js";$/m,
  );
  assert.equal((await project.run(["--check"])).status, 0);
  // Imported from a package that is not built, so that nothing tells but the names.
  project.write(
    "packages/server/src/my-greeter.ts",
    `import { GreeterReactor } from "@shop/proto/gen/greeter_dividere.js";
export class Other extends GreeterReactor {}
`,
  );
  assert.match(
    (await project.run(["--check"])).stdout,
    /^packages\/server\/src\/my-greeter\.ts:2: class Other, lacks$/m,
  );
});

test("a new class extends the user's abstract class", async () => {
  using project = new ScaffoldProject({
    ...greeter,
    "base.ts": `import type { A, B } from "./gen/greeter.js";
import { GreeterReactor } from "./gen/greeter_dividere.js";
export abstract class Base extends GreeterReactor {
  handleA(msg: A): B { return {}; }
}
`,
  });
  const { stdout } = await project.scaffold();
  assert.match(project.read("my-greeter.ts"), /^import \{ Base \} from "\.\/base\.js";$/m);
  assert.match(stdout, /^my-greeter\.ts: new class MyGreeter extends Base\n {2}\+ handleB\n/);
});

test("a file that does not parse stays unchanged", async () => {
  using project = new ScaffoldProject({
    ...greeter,
    "mine.ts": `${mine}\nfunction oh( {\n`,
  });
  const before = project.all();
  const ran = await project.run();
  assert.equal(ran.status, 2);
  assert.match(ran.stderr, /^dividere-scaffold: mine\.ts:13:1 '\}' expected\.\nCorrect this first/);
  assert.deepEqual(project.all(), before);
});

test("the output of --help fits a terminal of 80 columns", async () => {
  using project = new ScaffoldProject();
  const { status, stdout } = await project.run(["--help"]);
  assert.equal(status, 0);
  assert.match(stdout, /^Usage: dividere-scaffold /);
  assert.deepEqual(
    stdout.split("\n").filter((line) => line.length > 80),
    [],
  );
});
