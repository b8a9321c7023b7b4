import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { describe, test } from "node:test";
import { age, bytes, count, milliseconds } from "../../../cli/src/output/numbers.js";
import { Output, type Printable, toJsonLine } from "../../../cli/src/output/output.js";
import { table } from "../../../cli/src/output/table.js";

/** A stream that keeps what is printed; a terminal if it has columns. */
function stream(columns?: number, colors = true): { stream: Printable; text(): string } {
  const through = new PassThrough();
  const isTTY = columns !== undefined;
  const stream = Object.assign(through, isTTY && { isTTY, columns, hasColors: () => colors });
  return { stream, text: () => String(through.read() ?? "") };
}

function output(json: boolean, columns?: number, colors?: boolean) {
  const [out, error] = [stream(columns, colors), stream(columns, colors)];
  return { out: new Output(json, out.stream, error.stream), text: out.text, errors: error.text };
}

describe("the output", () => {
  test("has colours on a terminal that shows them, and nowhere else", () => {
    assert.equal(output(false, 80).out.paint("red", "x"), "\u001b[31mx\u001b[39m");
    assert.equal(output(false, 80, false).out.paint("red", "x"), "x");
    assert.equal(output(false).out.paint("red", "x"), "x");
  });

  test("is indented JSON on a terminal, and one line elsewhere and with --json", () => {
    const value = { a: [1n] };
    for (const [json, columns, expected] of [
      [false, 80, '{\n  "a": [\n    "1"\n  ]\n}\n'],
      [true, 80, '{"a":["1"]}\n'],
      [false, undefined, '{"a":["1"]}\n'],
    ] as const) {
      const { out, text } = output(json, columns);
      out.document(value);
      assert.equal(text(), expected);
    }
  });

  test("tells of progress on standard error, and not with --json", () => {
    const { out, text, errors } = output(false);
    out.note("waiting");
    assert.deepEqual([text(), errors()], ["", "waiting\n"]);
    const json = output(true);
    json.out.note("waiting");
    assert.equal(json.errors(), "");
  });

  test("escapes the control characters that JSON allows", () => {
    assert.equal(toJsonLine("a\u009b31m\u007f\u0000"), '"a\\u009b31m\\u007f\\u0000"');
  });
});

describe("a table", () => {
  const columns = [
    { title: "NAME", shrinks: true, cell: ({ name }: { name: string }) => name },
    {
      title: "N",
      align: "right" as const,
      cell: ({ name }: { name: string }) => String(name.length),
    },
  ];

  test("aligns its columns", () => {
    const { out } = output(false);
    assert.deepEqual(table(out, columns, [{ name: "a" }, { name: "abcdefghijkl" }]), [
      "NAME           N",
      "a              1",
      "abcdefghijkl  12",
    ]);
  });

  test("shrinks to the width of the terminal", () => {
    const { out } = output(false, 14, false);
    const rows = table(out, columns, [{ name: "abcdefghijkl" }, { name: "x" }]);
    assert.deepEqual(rows, ["NAME         N", "abcdefghi…  12", "x            1"]);
  });

  test("shows no character that controls a terminal", () => {
    const { out } = output(false);
    assert.equal(
      table(out, columns, [{ name: "a\u001b[2J\nb\u009b" }])[1],
      "a\ufffd[2J\ufffdb\ufffd  8",
    );
  });
});

test("numbers are short and readable", () => {
  assert.deepEqual([0, 999, 12_345n].map(count), ["0", "999", "12,345"]);
  assert.deepEqual([0.0123, 1.234, 12.34, 123.4, 12_345].map(milliseconds), [
    "0.012",
    "1.23",
    "12.3",
    "123",
    "12,345",
  ]);
  assert.deepEqual([0, 1_023, 1_536, 1e9].map(bytes), ["0 B", "1023 B", "1.5 KiB", "954 MiB"]);
  const now = new Date(1e12);
  const since = (seconds: number) => age(new Date(now.getTime() - seconds * 1_000), now);
  assert.deepEqual([0, 61, 3_700, 100_000].map(since), [
    "0 s",
    "1 min 1 s",
    "1 h 1 min",
    "1 d 3 h",
  ]);
});
