import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { executable, script } from "../../scripts/program.mjs";
import { skipReason } from "../support/toolchain.js";
import { generate, inFolder, root, write } from "./support/generate.js";

const protos = {
  "greeter.proto": `syntax = "proto3";
import "dividere/v1/options.proto";
import "google/protobuf/empty.proto";
message Msg01 { optional string field1 = 1; }
message Msg02 { string field1 = 1; }
service Greeter {
  rpc Reverse(Msg01) returns (Msg01);
  rpc Announce(Msg02) returns (google.protobuf.Empty) { option (dividere.v1.method) = { pattern: PUBLISH }; }
}
`,
};
const wrong = {
  "greeter.proto": protos["greeter.proto"].replace("(google.protobuf.Empty)", "(Msg02)"),
};

before(() => {
  assert.ok(
    existsSync(join(root, "plugin", "dist", "protoc-gen-dividere.js")),
    "the plugin is not built; run npm run build",
  );
});

/** Each compiler runs the plugin that npm installed, on the protos of a folder. */
const compilers: {
  name: string;
  missing: () => string | undefined;
  run: (folder: string, parameter?: string) => ReturnType<typeof spawnSync>;
}[] = [
  {
    name: "buf generate",
    missing: () => undefined,
    run(folder, parameter) {
      write(folder, {
        "buf.yaml": JSON.stringify({ version: "v2", modules: [{ path: "proto" }] }),
        "buf.gen.yaml": JSON.stringify({
          version: "v2",
          plugins: [
            {
              local: executable("protoc-gen-dividere"),
              out: "gen",
              ...(parameter !== undefined && { opt: parameter }),
            },
          ],
        }),
      });
      return spawnSync(
        process.execPath,
        [script("buf"), "generate", "--path", "proto/greeter.proto"],
        { cwd: folder, encoding: "utf8" },
      );
    },
  },
  {
    name: "protoc",
    missing: () =>
      spawnSync("protoc", ["--version"]).status === 0
        ? undefined
        : "protoc is not installed (apt-get install protobuf-compiler)",
    run(folder, parameter) {
      mkdirSync(join(folder, "gen"));
      return spawnSync(
        "protoc",
        [
          "--proto_path=proto",
          `--plugin=${executable("protoc-gen-dividere")}`,
          "--dividere_out=gen",
          ...(parameter !== undefined ? [`--dividere_opt=${parameter}`] : []),
          "greeter.proto",
        ],
        { cwd: folder, encoding: "utf8" },
      );
    },
  },
];

for (const { name, missing, run } of compilers) {
  const reason = missing();
  const options = { skip: skipReason(name, reason) };

  const runOn = (
    files: Record<string, string>,
    parameter: string | undefined,
    check: (folder: string, result: ReturnType<typeof spawnSync>) => void,
  ) => {
    assert.equal(reason, undefined);
    inFolder((folder) => {
      cpSync(join(root, "proto"), join(folder, "proto"), { recursive: true });
      write(join(folder, "proto"), files);
      check(folder, run(folder, parameter));
    });
  };

  test(`${name} writes the same as the source of the plugin`, options, () => {
    runOn(protos, undefined, (folder, result) => {
      assert.equal(`${result.stderr}${result.stdout}`, "");
      assert.equal(result.status, 0);
      assert.equal(
        readFileSync(join(folder, "gen", "greeter_dividere.ts"), "utf8"),
        generate(protos)["greeter_dividere.ts"],
      );
    });
  });

  test(`${name} shows a mistake in the schema, and no stack trace`, options, () => {
    runOn(wrong, undefined, (folder, { status, stderr }) => {
      assert.notEqual(status, 0);
      assert.match(
        String(stderr),
        /greeter\.proto:8:32: rpc Announce is published, so nobody answers it with Msg02; make it return/,
      );
      assert.doesNotMatch(String(stderr), /^\s+at /m);
      assert.ok(!existsSync(join(folder, "gen", "greeter_dividere.ts")));
    });
  });

  test(`${name} shows an unknown parameter with the nearest known one`, options, () => {
    runOn(protos, "sufix=x", (_, { status, stderr }) => {
      assert.notEqual(status, 0);
      assert.match(String(stderr), /unknown parameter "sufix"; did you mean "suffix"\?/);
    });
  });
}

test("the bundle prints its version", () => {
  const { version } = JSON.parse(readFileSync(join(root, "plugin", "package.json"), "utf8"));
  assert.equal(
    execFileSync(
      process.execPath,
      [join(root, "plugin", "dist", "protoc-gen-dividere.js"), "--version"],
      { encoding: "utf8" },
    ),
    `protoc-gen-dividere v${version}\n`,
  );
});
