import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  ack,
  EnvelopeDecoder,
  EnvelopeEncoder,
  Heartbeat,
  type MessageType,
  readEnvelope,
  ShutdownEvent,
} from "dividere/messaging";
import { RediscoverReq } from "dividere/registry";
import {
  RegisterService,
  ServiceLookupRep,
  ServiceLookupReq,
  UnregisterService,
} from "../../../runtime/src/wire/gen/MsgLib.js";
import { Msg01, Nothing, Scalars } from "../../gen/plain.js";
import { Drawing, Drawing_Layer, Point } from "../../gen/shapes/v1/shapes.js";
import {
  Choice,
  type Colour,
  Maps,
  Perhaps,
  ScalarLists,
  Tree,
  Tree_Leaf,
} from "../../gen/vectors.js";
import { readVectors, type Vector } from "../../golden-vectors/vectors.js";

/** A type as ts-proto writes it; those of the runtime have no `fromJSON`, and the content of each is its own JSON. */
interface CodecType extends MessageType<object> {
  fromJSON?(content: unknown): object;
  create(content?: object): object;
}

const types: readonly CodecType[] = [
  ack,
  Choice,
  Drawing,
  Drawing_Layer,
  Heartbeat,
  Maps,
  Msg01,
  Nothing,
  Perhaps,
  Point,
  RediscoverReq,
  RegisterService,
  ScalarLists,
  Scalars,
  ServiceLookupRep,
  ServiceLookupReq,
  ShutdownEvent,
  Tree,
  Tree_Leaf,
  UnregisterService,
] as readonly CodecType[];

const decoder = new EnvelopeDecoder(types);

/** Messages that ts-proto's `fromJSON` does not make of their JSON form, although its `decode` reads them rightly. */
const byHand: Readonly<Record<string, object>> = {
  "an enum's value that its type does not have": ScalarLists.create({ colours: [99 as Colour] }),
  "a map with the key false": Maps.create({
    byBool: new Map([[false, Tree.create({ name: "f" })]]),
  }),
};

/** Messages that ts-proto writes in other bytes than Python, and what those decode to. */
const otherBytes: Readonly<Record<string, "the same" | object>> = {
  // It takes -0 for the default, and so the sign is lost.
  "double -0.0": Scalars.create(),
  "float -0.0": Scalars.create(),
  // It leaves defaults out of a map's entries, which Python does not. Every reader fills them in.
  "maps whose entries are defaults": "the same",
  "a map with the key false": "the same",
  // The order of a map's entries means nothing, and Python's is another each time.
  "a map of twenty entries, __proto__ one of them": "the same",
};

function typeOf(vector: Vector): CodecType {
  const type = types.find(({ $type }) => $type === vector.type);
  assert.ok(type, `no type ${vector.type} in this test`);
  return type;
}

function contentOf(vector: Vector): object {
  const type = typeOf(vector);
  const message =
    byHand[vector.title] ??
    type.fromJSON?.(vector.content) ??
    type.create(vector.content as object);
  // In JSON a float stands in as few digits as tell it apart from other floats.
  if ("aFloat" in message) message.aFloat = Math.fround(Number(message.aFloat));
  if ("floats" in message) message.floats = (message.floats as number[]).map(Math.fround);
  return message;
}

/** The envelope with the full name in msgName, which is where we differ from Python. */
function withFullName(vector: Vector): Buffer {
  const { msgName } = readEnvelope(vector.envelope);
  const rest = vector.envelope.subarray(2 + msgName.length);
  return Buffer.concat([
    Uint8Array.from([0x0a, vector.type.length]),
    Buffer.from(vector.type),
    rest,
  ]);
}

const vectors = readVectors();

describe("an envelope that Python's dividere wrote decodes to its message", () => {
  for (const vector of vectors) {
    test(vector.title, () => {
      assert.deepEqual(decoder.decode(vector.envelope), contentOf(vector));
    });
  }
});

describe("an envelope has the bytes that Python's dividere writes", () => {
  const encoder = new EnvelopeEncoder(types);
  for (const vector of vectors) {
    const { msgName } = readEnvelope(vector.envelope);
    const same = msgName === vector.type;
    test(`${vector.title}${same ? "" : ", but for the name in msgName"}`, () => {
      const ours = encoder.encode(contentOf(vector), typeOf(vector));
      const expected = same ? vector.envelope : withFullName(vector);
      const other = otherBytes[vector.title];
      if (other === undefined) {
        assert.ok(expected.equals(ours), `${hex(ours)} instead of ${hex(expected)}`);
      } else {
        assert.ok(!expected.equals(ours), "these are Python's bytes: otherBytes need not list it");
        assert.deepEqual(decoder.decode(ours), other === "the same" ? contentOf(vector) : other);
      }
    });
  }
});

test("the vectors have every scalar type, and names that Python shortens", () => {
  const fields = new Set(
    vectors.flatMap(({ type, content }) =>
      type === "Scalars" ? Object.keys(content as object) : [],
    ),
  );
  assert.deepEqual(
    [...fields].sort(),
    Object.keys(Scalars.create())
      .filter((key) => key !== "$type")
      .sort(),
  );
  const shortened = vectors.filter(({ type, envelope }) => readEnvelope(envelope).msgName !== type);
  assert.deepEqual(
    new Set(shortened.map(({ type }) => type)),
    new Set(["Tree.Leaf", "shapes.v1.Point", "shapes.v1.Drawing.Layer", "shapes.v1.Drawing"]),
  );
  assert.ok(vectors.filter(({ envelope }) => envelope.length > 2_900_000).length >= 3);
});

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 200)).toString("hex");
}
