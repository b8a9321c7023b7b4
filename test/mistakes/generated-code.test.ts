// What goes wrong between a schema and a program that runs, each with the message that leads on.
import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { tsProtoOptions } from "../../plugin/src/messages/options/ts-proto-options.js";
import { type Ended, root, run } from "../support/child.js";
import { TemporaryFolder } from "../support/temporary-folder.js";

const proto = `syntax = "proto3";
message Ask { int64 number = 1; }
message Answer { string text = 1; }
service Oracle { rpc Consult(Ask) returns (Answer); }
`;

const program = `import { OracleRequest } from "./gen/oracle_dividere.js";
await using oracle = new OracleRequest("tcp://127.0.0.1:5555");
await oracle.consult({ number: 1n }, { timeoutMs: 1 });
`;

interface Plugin {
  readonly local: string;
  readonly opt?: readonly string[];
}

/** A project of a beginner. */
class Project extends TemporaryFolder {
  constructor() {
    super();
    this.write("package.json", '{ "type": "module" }\n');
    this.write("proto/oracle.proto", proto);
    this.write("main.ts", program);
    symlinkSync(join(root, "node_modules"), this.file("node_modules"), "junction");
  }

  /** Runs buf with these plugins, and protoc-gen-dividere after them. */
  generate(messages: Plugin, template = "buf.gen.yaml"): Promise<Ended> {
    const plugins = [messages, { local: "protoc-gen-dividere" }];
    const lines = plugins.flatMap(({ local, opt = [] }: Plugin) => [
      `  - local: ${local}`,
      "    out: gen",
      ...(opt.length > 0 ? ["    opt:", ...opt.map((option) => `      - ${option}`)] : []),
    ]);
    const head = ["version: v2", "inputs:", "  - directory: proto", "plugins:"];
    this.write(template, [...head, ...lines, ""].join("\n"));
    return run("buf", ["generate", "--template", template], { cwd: this.path });
  }

  start(): Promise<Ended> {
    return run("node", ["--import=tsx", "main.ts"], { cwd: this.path });
  }
}

const misspelt = [
  'ts-proto option "forceLong" cannot be "bigin"; did you mean "bigint"? The values are number, long, string, bigint, true',
  'unknown ts-proto option "outputTypeAnotations", which ts-proto ignores; did you mean "outputTypeAnnotations"?',
];

describe("a beginner who", () => {
  test("misspells an option of ts-proto is told its line, and the right one", async () => {
    using project = new Project();
    const opt = tsProtoOptions.map((option) =>
      option.replace("Annotations", "Anotations").replace("=bigint", "=bigin"),
    );
    const { status, stderr } = await project.generate({ local: "protoc-gen-ts_proto", opt });
    assert.notEqual(status, 0);
    for (const [line, mistake] of [
      [10, misspelt[0]],
      [17, misspelt[1]],
    ]) {
      assert.ok(stderr.includes(`buf.gen.yaml:${line}: ${mistake}`), stderr);
    }
  });

  test("misspells an option of protoc-gen-dividere-messages is told the right one", async () => {
    using project = new Project();
    const { status, stderr } = await project.generate({
      local: "protoc-gen-dividere-messages",
      opt: ["forceLong=bigin", "outputTypeAnotations=optional"],
    });
    assert.notEqual(status, 0);
    assert.ok(
      stderr.includes(`plugin protoc-gen-dividere-messages: ${misspelt.join("\n")}`),
      stderr,
    );
  });

  test("leaves out the option that the runtime needs is told so when generating", async () => {
    using project = new Project();
    const { stderr } = await project.generate({ local: "protoc-gen-ts_proto" });
    assert.ok(
      stderr.includes(
        'buf.gen.yaml:5: ts-proto needs the option "outputTypeAnnotations=optional": the runtime knows a message type by its $type',
      ),
      stderr,
    );
  });

  test("runs messages that were generated without it is told where to set it", async () => {
    using project = new Project();
    // A template of another name, which the plugin does not see.
    const opt = ["esModuleInterop=true", "importSuffix=.js", "forceLong=bigint"];
    const generated = await project.generate({ local: "protoc-gen-ts_proto", opt }, "other.yaml");
    assert.equal(generated.status, 0, generated.stderr);
    const { status, stderr } = await project.start();
    assert.equal(status, 1);
    assert.ok(
      stderr.includes(
        "A message type has no $type: its code was generated without the ts-proto option outputTypeAnnotations=optional. In buf.gen.yaml run protoc-gen-dividere-messages, which sets it, in place of ts-proto; then npx buf generate",
      ),
      stderr,
    );
    assert.match(stderr, /code: 'GENERATED_CODE_INVALID'/);
  });

  for (const { contract, says } of [
    {
      contract: 0,
      says: "older than the installed dividere (contract 0, not 1); install protoc-gen-dividere in the version of dividere, and run npx buf generate",
    },
    {
      contract: 2,
      says: "newer than the installed dividere (contract 2, not 1); install dividere in the version of protoc-gen-dividere, or run npx buf generate",
    },
  ]) {
    test(`runs code that is ${contract === 0 ? "out of date" : "newer than the runtime"} is told to generate it again`, async () => {
      using project = new Project();
      const { status, stderr } = await project.generate({ local: "protoc-gen-dividere-messages" });
      assert.equal(status, 0, stderr);
      const code = project.read("gen/oracle_dividere.ts");
      // As the plugin of another version would have written it.
      const other = code.replace('("oracle.proto", 1)', `("oracle.proto", ${contract})`);
      assert.notEqual(other, code);
      project.write("gen/oracle_dividere.ts", other);
      const started = await project.start();
      assert.equal(started.status, 1);
      assert.ok(
        started.stderr.includes(`The code generated from oracle.proto is ${says}`),
        started.stderr,
      );
      assert.match(started.stderr, /code: 'GENERATED_CODE_INVALID'/);
    });
  }
});
