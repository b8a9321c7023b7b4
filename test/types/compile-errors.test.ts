import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root, run } from "../support/child.js";

interface Diagnostic {
  /** file:line */
  readonly place: string;
  readonly code: string;
  readonly text: string;
}

const folder = join(root, "test", "types");

/** A line `// expect TS2515: text` stands for an error with that code and text on the line after it. */
function expectedIn(file: string): Diagnostic[] {
  const lines = readFileSync(join(folder, "fixtures", file), "utf8").split("\n");
  return lines.flatMap((line, index) => {
    const [, code, text] = /^\s*\/\/ expect (TS\d+): (.+)$/.exec(line) ?? [];
    return code && text ? [{ place: `${file}:${index + 2}`, code, text }] : [];
  });
}

async function compile(): Promise<Diagnostic[]> {
  const { stdout } = await run("tsc", ["--project", folder, "--pretty", "false"], { cwd: folder });
  const errors = stdout.split(/\n(?=\S)/).filter((error) => error.trim() !== "");
  return errors.map((error) => {
    const parts = /^fixtures\/(.+?)\((\d+),\d+\): error (TS\d+): (.+)$/s.exec(error.trim());
    const [, file, line, code, text] = parts ?? assert.fail(`tsc said: ${error}`);
    return { place: `${file}:${line}`, code: String(code), text: String(text) };
  });
}

const expected = readdirSync(join(folder, "fixtures")).flatMap(expectedIn);
const found = await compile();

for (const { place, code, text } of expected) {
  test(`mistake at ${place} does not compile: ${text}`, () => {
    const here = found.filter((error) => error.place === place);
    assert.deepEqual(
      here.map((error) => error.code),
      [code],
      here.map((error) => error.text).join("\n"),
    );
    assert.ok(here[0]?.text.includes(text), here[0]?.text);
  });
}

test("nothing else in the fixtures fails to compile", () => {
  const places = new Set(expected.map(({ place }) => place));
  assert.deepEqual(
    found.filter(({ place }) => !places.has(place)),
    [],
  );
});
