import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PythonRegistry, registryPlace } from "../interop/support/python-registry.js";
import { noPython } from "../support/python.js";
import { done, failed } from "./support/dividere.js";

const reverse = ["Reverse", '{"field1":"hello"}'];
const proto = ["--proto", "test/proto/plain.proto"];

describe("Python's registry and service, from the command line", { skip: await noPython() }, () => {
  test("are called, and asked nothing that would end them", async () => {
    const place = await registryPlace();
    await using python = await PythonRegistry.serve(place);
    const { name } = await python.startService();
    const at = ["--registry", place.endpoint];
    const call = ["call", name, ...reverse, ...at];

    assert.equal((await failed(1, ["ls", ...at])).code, "NO_LIST");
    assert.equal((await failed(1, call)).code, "PLAIN_PEER");
    const [line = ""] = await done(["doctor", name, ...at, "--json"]);
    assert.equal(JSON.parse(line).verdict, "plain");
    assert.match(
      (await done(["doctor", place.endpoint])).join("\n"),
      /^ok {3}socket {5}REP: a plain peer/m,
    );
    assert.equal((await failed(3, ["call", "nobody", ...reverse, ...at])).code, "NOT_FOUND");

    // Both still run.
    assert.deepEqual(await done([...call, ...proto]), ['{"field1":"olleh"}']);
  });
});
