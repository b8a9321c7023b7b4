import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseVectors, readVectors, writeVectors } from "../golden-vectors/vectors.js";
import { noPython } from "../support/python.js";

describe("the golden vectors", { skip: await noPython() }, () => {
  test("equal the present output of Python", async () => {
    const now = parseVectors(await writeVectors());
    const then = readVectors();
    const hint = "`npm run golden:vectors` writes them anew";
    assert.deepEqual(
      now.map(({ title }) => title),
      then.map(({ title }) => title),
      hint,
    );
    for (const [index, vector] of now.entries()) {
      const before = then[index];
      assert.deepEqual(vector.content, before?.content, `${vector.title}: ${hint}`);
      assert.equal(vector.type, before?.type, `${vector.title}: ${hint}`);
      if (vector.anyOrder) {
        assert.equal(vector.envelope.length, before?.envelope.length, vector.title);
      } else {
        assert.ok(before?.envelope.equals(vector.envelope), `${vector.title}: ${hint}`);
      }
    }
  });
});
