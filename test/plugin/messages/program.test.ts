import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { executable } from "../../../scripts/program.mjs";
import { skipReason } from "../../support/toolchain.js";
import {
  filesOf,
  inFolder,
  request,
  root,
  runPlugin,
  tsProtoParameter,
  write,
} from "../support/generate.js";

const protos = {
  "library.proto": `syntax = "proto3";
import "dividere/v1/options.proto";
import "google/protobuf/timestamp.proto";
message Book {
  option (dividere.v1.message) = { handler: "onBook" };
  int64 isbn = 1;
  oneof due { google.protobuf.Timestamp day = 2; bool never = 3; }
  map<string, int64> copies = 4;
}
`,
};

/** The files that ts-proto writes with the full list of options. */
function written(parameter = tsProtoParameter): Record<string, string> {
  const full = `${parameter},Mdividere/v1/options.proto=none`;
  const files = filesOf(runPlugin("protoc-gen-ts_proto", request(protos, full)).file);
  assert.ok("library.ts" in files && "google/protobuf/timestamp.ts" in files);
  return files;
}

test("protoc-gen-dividere-messages writes what ts-proto writes with the full list of options", () => {
  const { file } = runPlugin("protoc-gen-dividere-messages", request(protos));
  assert.deepEqual(filesOf(file), written());
});

test("an option of the user's own replaces the one of the list", () => {
  const { file } = runPlugin(
    "protoc-gen-dividere-messages",
    request(protos, "forceLong=string,importSuffix=.ts"),
  );
  assert.deepEqual(
    filesOf(file),
    written(
      tsProtoParameter
        .replace("forceLong=bigint", "forceLong=string")
        .replace("importSuffix=.js", "importSuffix=.ts"),
    ),
  );
});

test("protoc-gen-dividere-messages prints its version", () => {
  const { version } = JSON.parse(readFileSync(join(root, "plugin", "package.json"), "utf8"));
  const program = join(root, "plugin", "bin", "protoc-gen-dividere-messages.js");
  const { stdout } = spawnSync(process.execPath, [program, "--version"], { encoding: "utf8" });
  assert.equal(stdout, `protoc-gen-dividere-messages v${version}\n`);
});

test("a project without ts-proto is told what to install", () => {
  inFolder((folder) => {
    // The package alone, as a project has it that installed nothing else.
    cpSync(join(root, "plugin"), join(folder, "plugin"), {
      recursive: true,
      filter: (path) => !path.endsWith("node_modules") && !path.endsWith("src"),
    });
    const program = join(folder, "plugin", "bin", "protoc-gen-dividere-messages.js");
    const { stdout, stderr, status } = spawnSync(process.execPath, [program], {
      cwd: folder,
      input: "",
      encoding: "utf8",
    });
    assert.equal(`${status}${stderr}`, "0");
    assert.match(
      stdout,
      /ts-proto, which writes the messages, is not installed in .*; npm install/,
    );
  });
});

const missing =
  spawnSync("protoc", ["--version"]).status === 0
    ? undefined
    : "protoc is not installed (apt-get install protobuf-compiler)";

test("protoc runs it", { skip: skipReason("protoc", missing) }, () => {
  inFolder((folder) => {
    cpSync(join(root, "proto"), join(folder, "proto"), { recursive: true });
    write(join(folder, "proto"), protos);
    mkdirSync(join(folder, "gen"));
    const plugin = executable("protoc-gen-dividere-messages");
    // ts-proto is that of the folder, or else the one beside the plugin.
    const { status, stderr } = spawnSync(
      "protoc",
      [
        "--proto_path=proto",
        `--plugin=${plugin}`,
        "--dividere-messages_out=gen",
        "--dividere-messages_opt=forceLong=string",
        "library.proto",
      ],
      { cwd: folder, encoding: "utf8" },
    );
    assert.equal(`${status}${stderr}`, "0");
    const expected = written(tsProtoParameter.replace("=bigint", "=string"))["library.ts"];
    // protoc and buf tell their versions, which ts-proto writes down.
    const body = (text: string | undefined) => text?.replace(/^\/\/ {3}protoc .*$/m, "");
    assert.equal(body(readFileSync(join(folder, "gen", "library.ts"), "utf8")), body(expected));
  });
});
