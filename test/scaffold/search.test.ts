import assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { test } from "node:test";
import { generate } from "../plugin/support/generate.js";
import { greeter, messages, ScaffoldProject } from "./scaffold-project.js";

const declarations = `import { type ReactorLinks, type RequestContext, ServiceReactor } from "dividere/codegen";
import { A, B } from "./greeter.js";
export declare abstract class GreeterReactor extends ServiceReactor {
  constructor(links: ReactorLinks);
  abstract handleA(msg: A, ctx: RequestContext): B | Promise<B>;
  abstract handleB(msg: B, ctx: RequestContext): B | Promise<B>;
}
`;

/** A project whose reactors come in an installed package, as declarations. */
function withPackage(files: Readonly<Record<string, string>>): ScaffoldProject {
  return new ScaffoldProject({
    "node_modules/@shop/proto/package.json":
      '{ "name": "@shop/proto", "exports": { ".": "./gen/index.js", "./*": "./*" } }',
    "node_modules/@shop/proto/gen/greeter_dividere.d.ts": declarations,
    "node_modules/@shop/proto/gen/greeter.d.ts":
      "export interface A {}\nexport declare const A: object;\nexport interface B {}\nexport declare const B: object;\n",
    "node_modules/@shop/proto/gen/index.d.ts":
      'export * from "./greeter_dividere.js";\nexport * from "./greeter.js";\n',
    ...files,
  });
}

test("reactors of an installed package are read from its declarations", async () => {
  using project = withPackage({
    "server.ts": `import { GreeterReactor } from "@shop/proto/gen/greeter_dividere.js";
export class Server extends GreeterReactor {
}
`,
  });
  await project.scaffold("node_modules/@shop/proto");
  assert.equal(
    project.read("server.ts"),
    `import { GreeterReactor } from "@shop/proto/gen/greeter_dividere.js";
import type { A, B } from "@shop/proto/gen/greeter.js";
import { RequestError } from "dividere/messaging";
export class Server extends GreeterReactor {
  async handleA(msg: A): Promise<B> {
    throw new RequestError("UNIMPLEMENTED", "handleA is not implemented yet");
  }

  async handleB(msg: B): Promise<B> {
    throw new RequestError("UNIMPLEMENTED", "handleB is not implemented yet");
  }
}
`,
  );
});

test("messages are imported through a package's index if the reactor is", async () => {
  using project = withPackage({
    "server.ts": `import { GreeterReactor } from "@shop/proto";
export class Server extends GreeterReactor {
  handleB() {
    return {};
  }
}
`,
  });
  await project.scaffold("node_modules/@shop/proto/gen");
  assert.match(
    project.read("server.ts"),
    /^import \{ (type A, type B, GreeterReactor|GreeterReactor, type A, type B|A, B, GreeterReactor) \} from "@shop\/proto";$/m,
  );
});

test("a linked and built package is the same as its sources", async () => {
  using project = new ScaffoldProject({
    "packages/proto/package.json":
      '{ "name": "@shop/proto", "exports": { "./*": { "types": "./dist/*.d.ts" } } }',
    "packages/proto/dist/greeter_dividere.d.ts": declarations,
    "packages/proto/dist/greeter.d.ts": "export interface A {}\nexport interface B {}\n",
    "packages/proto/src/greeter_dividere.ts": greeter["gen/greeter_dividere.ts"] ?? "",
    "packages/proto/src/greeter.ts": greeter["gen/greeter.ts"] ?? "",
    "packages/server/package.json": '{ "name": "@shop/server" }',
    "packages/server/server.ts": `import { GreeterReactor } from "@shop/proto/greeter_dividere";
export class Server extends GreeterReactor {}
`,
  });
  const link = project.file("packages/server/node_modules/@shop/proto");
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(project.file("packages/proto"), link, "junction");
  const ran = await project.run(["../proto/src"], { cwd: "packages/server" });
  assert.match(ran.stdout, /^server\.ts:2: class Server, added\n {2}\+ handleA\n/);
  assert.match(
    project.read("packages/server/server.ts"),
    /^import type \{ A, B, C, D \} from "@shop\/proto\/greeter";$/m,
  );
});

test("reactors of one name are distinguished by their imports", async () => {
  const v2 = (greeter["gen/greeter_dividere.ts"] ?? "").replace(/"Greeter"/, '"v2.Greeter"');
  using project = new ScaffoldProject({
    "gen/v1/greeter_dividere.ts": greeter["gen/greeter_dividere.ts"] ?? "",
    "gen/v1/greeter.ts": greeter["gen/greeter.ts"] ?? "",
    "gen/v2/greeter_dividere.ts": v2.replaceAll("handleA", "handleZ"),
    "gen/v2/greeter.ts": greeter["gen/greeter.ts"] ?? "",
    "one.ts": `import { GreeterReactor } from "./gen/v1/greeter_dividere.js";
export class One extends GreeterReactor {}
`,
    // Not built; the path alone tells.
    "two.ts": `import { GreeterReactor } from "not-built/gen/v2/greeter_dividere.js";
export class Two extends GreeterReactor {}
`,
    // Nothing tells, so it is neither.
    "three.ts": `import { GreeterReactor } from "not-built";
export class Three extends GreeterReactor {}
`,
  });
  const three = project.read("three.ts");
  const { stdout } = await project.scaffold();
  assert.deepEqual(stdout.match(/^\S+: class \w+|handle[AZ]/gm), [
    "one.ts:2: class One",
    "handleA",
    "two.ts:2: class Two",
    "handleZ",
  ]);
  assert.equal(project.read("three.ts"), three);
});

test("a class of either generated base counts, and --base chooses for a new one", async () => {
  using project = new ScaffoldProject(greeter);
  await project.scaffold("--base", "service");
  assert.match(
    project.read("my-greeter.ts"),
    /^export class MyGreeter extends GreeterService \{$/m,
  );
  assert.equal((await project.run(["--base", "reactor"])).status, 0);
  assert.deepEqual(
    Object.keys(project.all()).filter((name) => name.startsWith("my")),
    ["my-greeter.ts"],
  );
});

test("messages of protobuf-es are imported as types", async () => {
  const proto =
    'syntax = "proto3";\nmessage A {}\nmessage B {}\nservice S { rpc Ask(A) returns (B); }\n';
  using project = new ScaffoldProject({
    "gen/s_dividere.ts": generate({ "s.proto": proto }, "codec=es")["s_dividere.ts"] ?? "",
    "gen/s_pb.ts":
      "// @generated by protoc-gen-es\nexport type A = {};\nexport type B = {};\nexport const ASchema = {};\n",
    "mine.ts": `import { ASchema } from "./gen/s_pb.js";
import { SReactor } from "./gen/s_dividere.js";
export class Mine extends SReactor {
  readonly schema = ASchema;
}
`,
  });
  await project.scaffold();
  assert.equal(
    project.read("mine.ts"),
    `import { RequestError } from "dividere/messaging";
import { type A, ASchema, type B } from "./gen/s_pb.js";
import { SReactor } from "./gen/s_dividere.js";
export class Mine extends SReactor {
  readonly schema = ASchema;

  async handleA(msg: A): Promise<B> {
    throw new RequestError("UNIMPLEMENTED", "Ask is not implemented yet");
  }
}
`,
  );
});

test("a message with the name of a global is imported under another name", async () => {
  const proto =
    'syntax = "proto3";\nmessage Promise {}\nmessage Response {}\nservice S { rpc Ask(Promise) returns (Response); }\n';
  using project = new ScaffoldProject({
    "gen/s_dividere.ts": generate({ "s.proto": proto })["s_dividere.ts"] ?? "",
    "gen/s.ts": messages("Promise", "Response"),
  });
  await project.scaffold();
  assert.match(
    project.read("my-s.ts"),
    /^import type \{ Promise as Promise\$1, Response as Response\$1 \} from "\.\/gen\/s\.js";$/m,
  );
  assert.match(
    project.read("my-s.ts"),
    /^ {2}async handlePromise\(msg: Promise\$1\): Promise<Response\$1> \{$/m,
  );
});

test("classes on one line are opened, each handler in its place", async () => {
  using project = new ScaffoldProject({
    ...greeter,
    "mine.ts": `#!/usr/bin/env node
import { GreeterReactor } from "./gen/greeter_dividere.js";
import type { A, B, C, D } from "./gen/greeter.js"; // all
class One extends GreeterReactor { handleB(msg: B) { return {}; } handleC() {} handleD() { return {}; } }
class Two extends GreeterReactor { handleA() { return {}; } static handleB() {} "handleC"() {} get handleD() { return async () => ({}); } };
const three = class extends GreeterReactor { handleA = async () => ({}); handleB() { return {}; }; ["handleC"]() {} }
`,
  });
  await project.scaffold();
  assert.equal(
    project.read("mine.ts"),
    `#!/usr/bin/env node
import { RequestError } from "dividere/messaging";
import { GreeterReactor } from "./gen/greeter_dividere.js";
import type { A, B, C, D } from "./gen/greeter.js"; // all
class One extends GreeterReactor {
  async handleA(msg: A): Promise<B> {
    throw new RequestError("UNIMPLEMENTED", "AskA is not implemented yet");
  }
  handleB(msg: B) { return {}; } handleC() {} handleD() { return {}; } }
class Two extends GreeterReactor { handleA() { return {}; }
  async handleB(msg: B): Promise<B> {
    throw new RequestError("UNIMPLEMENTED", "AskB is not implemented yet");
  } static handleB() {} "handleC"() {} get handleD() { return async () => ({}); } };
const three = class extends GreeterReactor { handleA = async () => ({}); handleB() { return {}; }; ["handleC"]() {}
  async handleD(msg: D): Promise<A> {
    throw new RequestError("UNIMPLEMENTED", "AskD is not implemented yet");
  }
}
`,
  );
});
