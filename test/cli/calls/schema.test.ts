import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Response } from "dividere/connection";
import { root, run } from "../../support/child.js";
import { TemporaryFolder } from "../../support/temporary-folder.js";
import { missingTool } from "../../support/toolchain.js";
import { done, failed } from "../support/dividere.js";
import { serveAll } from "../support/services.js";

const request = ["Reverse", '{"field1":"hello"}'];
const answer = ['{"field1":"olleh"}'];

/** A proto that imports the annotations and another file. */
const files = {
  "a/greeting.proto": `syntax = "proto3";
    message Msg01 { string field1 = 1; }`,
  "a/b/greeter.proto": `syntax = "proto3";
    import "greeting.proto";
    import "dividere/v1/options.proto";
    service Greeter {
      option (dividere.v1.service) = {name: "greeter"};
      rpc Reverse(Msg01) returns (Msg01);
    }`,
};

const noProtoc = await missingTool("protoc", [["/usr/bin/protoc", "--version"]]);

describe("the schema of a command", () => {
  test("is that of a file of descriptors", async () => {
    using folder = new TemporaryFolder();
    const file = folder.file("schema.binpb");
    await run("buf", ["build", "test/proto", "-o", file]);
    await using services = serveAll();
    const call = ["call", services.endpoints[0] ?? "", ...request];
    assert.deepEqual(await done([...call, "--descriptors", file]), answer);
    const missing = await failed(2, [...call, "--descriptors", folder.file("none.binpb")]);
    assert.match(missing.message, /none\.binpb cannot be read: ENOENT/);
    folder.write("text.binpb", "this is no descriptor");
    const wrong = await failed(2, [...call, "--descriptors", folder.file("text.binpb")]);
    assert.equal(wrong.code, "SCHEMA_INVALID");
  });

  test("is compiled from .proto files in any folder", async () => {
    using folder = new TemporaryFolder();
    for (const [name, content] of Object.entries(files)) folder.write(name, content);
    await using services = serveAll();
    const proto = folder.file("a/b/greeter.proto");
    const call = ["call", services.endpoints[0] ?? "", ...request, "--proto", proto];
    const unfound = await failed(2, call);
    assert.match(unfound.message, /a[\\/]b[\\/]greeter\.proto:2:5:imported file does not exist/);
    assert.match(unfound.hint ?? "", /--proto-path <folder>/);
    assert.deepEqual(
      await done([...call, "--proto-path", folder.file("a/b"), "--proto-path", folder.file("a")]),
      answer,
    );
    // A project may have a copy of the annotations.
    const annotations = join("dividere", "v1", "options.proto");
    folder.write(join("a", annotations), readFileSync(join(root, "proto", annotations), "utf8"));
    assert.deepEqual(await done([...call, "--proto-path", folder.file("a")]), answer);
    const outside = await failed(2, [...call, "--proto-path", folder.file("c")]);
    assert.equal(outside.code, "FILE_OUTSIDE");
  });

  test("is compiled by protoc where there is no buf", {
    skip: noProtoc,
  }, async () => {
    using folder = new TemporaryFolder();
    for (const [name, content] of Object.entries(files)) folder.write(name, content);
    await using services = serveAll();
    const call = ["call", services.endpoints[0] ?? "", ...request, "--proto", "a/b/greeter.proto"];
    const paths = ["--proto-path", "a/b", "--proto-path", "a"];
    // Neither this folder nor the path has buf.
    const bare = ["PATH=/usr/bin:/bin", process.execPath, join(root, "cli/bin/dividere.js")];
    const ended = await run("env", [...bare, ...call, ...paths], { cwd: folder.path });
    assert.equal(ended.stderr, "");
    assert.deepEqual(ended.stdout, `${answer[0]}\n`);
  });

  test("needs files where the service does not tell", async () => {
    await using plain = new Response("@tcp://127.0.0.1:*");
    const endpoint = plain.endpoints[0] ?? "";
    const error = await failed(1, ["call", endpoint, ...request]);
    assert.equal(error.code, "PLAIN_PEER");
    assert.match(error.hint ?? "", /--proto <file>.*Nothing was sent/);
    // A plain peer must get no message that it does not know.
    assert.equal(await plain.wait(0), false);
  });

  test("names a missing file, and files that do not compile", async () => {
    using folder = new TemporaryFolder();
    const call = ["call", "tcp://127.0.0.1:1", ...request];
    const missing = await failed(2, [...call, "--proto", folder.file("none.proto")]);
    assert.match(missing.message, /There is no file .*none\.proto/);
    folder.write("wrong.proto", 'syntax = "proto3"; message A { strin b = 1; }');
    const wrong = await failed(2, [...call, "--proto", folder.file("wrong.proto")]);
    assert.match(wrong.message, /do not compile:\n.*wrong\.proto:1:32/);
    const lone = await failed(2, [...call, "--proto-path", folder.path]);
    assert.match(lone.message, /--proto-path was given without --proto/);
  });
});
