import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { RequestError } from "dividere/messaging";
import { VisionRequest } from "../../examples/worker-farm/gen/farm/v1/vision_dividere.js";
import { lightAt, type Shape, scenes } from "../../examples/worker-farm/scenes.js";
import Vision from "../../examples/worker-farm/vision-reactor.js";
import { root, run } from "../support/child.js";

const example = join(root, "examples", "worker-farm");

interface Seen {
  readonly kind: string;
  /** Left, top, right and bottom. */
  readonly box: readonly number[];
  readonly colour: readonly number[];
}

/** What the program printed, picture by picture. */
function readDetections(output: string): Map<string, Seen[]> {
  const pictures = new Map<string, Seen[]>();
  let seen: Seen[] = [];
  for (const line of output.split("\n")) {
    const picture = /^(\S+\.jpg):( nothing)?$/.exec(line)?.[1];
    if (picture !== undefined) {
      seen = [];
      pictures.set(picture, seen);
    }
    const found = /^ {2}(\w+) (\d+)×(\d+) at (\d+),(\d+) #(..)(..)(..)$/.exec(line);
    if (found === null) continue;
    const [width = 0, height = 0, left = 0, top = 0] = found.slice(2, 6).map(Number);
    seen.push({
      kind: found[1] ?? "",
      box: [left, top, left + width, top + height],
      colour: found.slice(6).map((part) => Number.parseInt(part, 16)),
    });
  }
  return pictures;
}

/** Left, top, right and bottom of a shape as it was drawn. */
function boxOf(shape: Shape): readonly number[] {
  if (shape.kind === "circle") {
    const { centre, radius } = shape;
    const [left, top] = [centre.column - radius, centre.row - radius];
    return [left, top, left + 2 * radius + 1, top + 2 * radius + 1];
  }
  const columns = shape.corners.map(({ column }) => column);
  const rows = shape.corners.map(({ row }) => row);
  return [Math.min(...columns), Math.min(...rows), Math.max(...columns) + 1, Math.max(...rows) + 1];
}

function assertNear(actual: readonly number[], expected: readonly number[], by: number): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, index) => {
    assert.ok(Math.abs(value - (expected[index] ?? Number.NaN)) <= by, `${actual} ≈ ${expected}`);
  });
}

/** The colour of a shape as the picture shows it in the middle of its box. */
function colourOf(shape: Shape): readonly number[] {
  const [left = 0, top = 0, right = 0, bottom = 0] = boxOf(shape);
  const light = lightAt({ column: (left + right) / 2, row: (top + bottom) / 2 });
  return shape.colour.map((part) => part * light);
}

describe("the worker farm", () => {
  test("finds the drawn shapes, in one process and in several", async () => {
    const { status, stdout, stderr } = await run("tsx", ["main.ts", "1", "2"], {
      cwd: example,
      timeoutMs: 120_000,
    });
    assert.equal(status, 0, stderr);
    assert.equal(stderr, "");
    const pictures = readDetections(stdout);
    assert.deepEqual([...pictures.keys()], scenes.map(({ name }) => name).sort());
    for (const { name, shapes } of scenes) {
      const seen = pictures.get(name) ?? [];
      assert.deepEqual(
        seen.map(({ kind }) => kind),
        shapes.map(({ kind }) => kind),
        name,
      );
      shapes.forEach((shape, index) => {
        assertNear(seen[index]?.box ?? [], boxOf(shape), 4);
        // The outline that is found is a little of the shape and a little of what is behind it.
        assertNear(seen[index]?.colour ?? [], colourOf(shape), 24);
      });
    }
    assert.match(stdout, /^6 pictures in one process: \d+\.\d\d s$/m);
    assert.match(stdout, /^6 pictures in 2 processes: \d+\.\d\d s$/m);
    assert.match(stdout, /^speed-up: \d+\.\d$/m);
  });

  test("refuses a file that is no picture", async () => {
    await using reactor = new Vision({ serve: "tcp://127.0.0.1:*" });
    await using vision = new VisionRequest(reactor.endpoints);
    await assert.rejects(
      vision.detect({ name: "notes.txt", file: Buffer.from("not a picture") }),
      (error) =>
        error instanceof RequestError &&
        error.status === "BAD_PICTURE" &&
        error.message === "notes.txt is no picture that can be read",
    );
  });
});
