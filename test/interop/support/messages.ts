import assert from "node:assert/strict";
import { Msg01, Scalars } from "../../gen/plain.js";
import { Drawing } from "../../gen/shapes/v1/shapes.js";
import type { PythonValue } from "./objects.js";

/**
 * A value of every scalar type, none of them its default, each of them hard on a careless codec.
 */
export const scalars: Scalars = Scalars.create({
  aDouble: Math.PI,
  aFloat: -0.5,
  anInt32: -2_147_483_648,
  anInt64: -9_223_372_036_854_775_808n,
  aUint32: 4_294_967_295,
  aUint64: 18_446_744_073_709_551_615n,
  aSint32: -1_073_741_825,
  aSint64: -4_611_686_018_427_387_905n,
  aFixed32: 3_735_928_559,
  aFixed64: 12_297_829_382_473_034_410n,
  aSfixed32: -19_088_744,
  aSfixed64: -81_985_529_216_486_896n,
  aBool: true,
  aString: "dīvidere – \u{1F4E8} \u0000 end",
  someBytes: Uint8Array.from([0, 1, 127, 128, 255]),
});

/**
 * Messages in messages, in a list, in a map, in a oneof, and a field that knows that it was set.
 */
export const drawing: Drawing = Drawing.create({
  layers: [
    {
      name: "ground",
      points: [
        { x: 0, y: -1.5 },
        { x: 1e300, y: 5e-324 },
      ],
    },
    { name: "", points: [] },
  ],
  marks: new Map([["north", { x: 0, y: 1 }]]),
  author: { $case: "plotter", value: -7n },
  revision: 0,
  thumbnail: Uint8Array.from([255, 216]),
});

/** What Python received, as a message of ours. */
export function fromPython(value: PythonValue): Msg01 | Scalars | Drawing {
  assert.ok(value !== null && typeof value === "object" && "$type" in value, JSON.stringify(value));
  switch (value.$type) {
    case "Msg01":
      return Msg01.fromJSON(value.fields);
    case "Scalars":
      return Scalars.fromJSON(value.fields);
    case "shapes.v1.Drawing":
      return Drawing.fromJSON(value.fields);
    default:
      return assert.fail(`a message of type ${value.$type} came from Python`);
  }
}

/** A message of ours, for Python. */
export function toPython(value: Msg01 | Scalars | Drawing): PythonValue {
  const codec = [Msg01, Scalars, Drawing].find((each) => each.$type === value.$type);
  assert.ok(codec, `no codec for ${value.$type}`);
  return { $type: codec.$type, fields: codec.toJSON(value as never) as Record<string, unknown> };
}
