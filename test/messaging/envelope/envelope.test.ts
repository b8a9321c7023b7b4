import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { DecodeError, EnvelopeDecoder, EnvelopeEncoder, readEnvelope } from "dividere/messaging";
import fc from "fast-check";
import { Msg01, Msg02, Nothing, Scalars } from "../../gen/plain.js";
import { Drawing, Point } from "../../gen/shapes/v1/shapes.js";
import { drawing, scalars } from "../../interop/support/messages.js";

/** The envelope as protobuf's own rules give it, with nothing clever. */
function naive(name: string, value: Uint8Array): Uint8Array {
  const any = new BinaryWriter().uint32(0x0a).string(`type.googleapis.com/${name}`);
  if (value.length > 0) any.uint32(0x12).bytes(value);
  return new BinaryWriter().uint32(0x0a).string(name).uint32(0x12).bytes(any.finish()).finish();
}

describe("EnvelopeEncoder", () => {
  test("writes the bytes that plain protobuf writes, whatever the size of the message", () => {
    const encoder = new EnvelopeEncoder([Msg01]);
    fc.assert(
      fc.property(fc.string({ maxLength: 40_000, size: "max" }), (field1) => {
        const message = Msg01.create({ field1 });
        assert.deepEqual(
          Buffer.from(encoder.encode(message)),
          Buffer.from(naive("Msg01", Msg01.encode(message).finish())),
        );
      }),
      { numRuns: 300 },
    );
  });

  test("leaves out an empty message's value, as Any does", () => {
    const encoder = new EnvelopeEncoder([Nothing]);
    assert.deepEqual(
      Buffer.from(encoder.encode({})),
      Buffer.from(naive("Nothing", new Uint8Array(0))),
    );
  });

  test("gives each envelope separate memory", () => {
    const encoder = new EnvelopeEncoder([Msg01]);
    const first = encoder.encode({ field1: "a".repeat(1_000) });
    const copy = Uint8Array.from(first);
    encoder.encode({ field1: "b".repeat(1_000) });
    assert.deepEqual(first, copy);
  });

  test("can be used again after a message that does not encode", () => {
    const encoder = new EnvelopeEncoder([Scalars]);
    assert.throws(() => encoder.encode({ ...scalars, aUint32: -1 }), {
      code: "UNENCODABLE_MESSAGE",
      message: /^Not a Scalars that can be encoded: /,
    });
    assert.deepEqual(
      Buffer.from(encoder.encode(scalars)),
      Buffer.from(naive("Scalars", Scalars.encode(scalars).finish())),
    );
  });

  test("finds a message's type by its $type, or takes the only type", () => {
    const both = new EnvelopeEncoder([Msg01, Msg02]);
    assert.equal(readEnvelope(both.encode(Msg02.create())).typeName, "Msg02");
    assert.throws(() => both.encode({ field1: "which?" }), {
      code: "UNKNOWN_MESSAGE_TYPE",
      message: /without \$type could be any of Msg01, Msg02/,
    });
    assert.throws(() => both.encode(Nothing.create() as unknown as Msg01), {
      code: "UNKNOWN_MESSAGE_TYPE",
      message: /"Nothing" is none of this link's: Msg01, Msg02/,
    });
    const one = new EnvelopeEncoder([Msg01]);
    assert.equal(readEnvelope(one.encode({ field1: "sure" })).typeName, "Msg01");
  });
});

describe("EnvelopeDecoder", () => {
  const decoder = new EnvelopeDecoder([Msg01, Scalars, Drawing]);
  const encoder = new EnvelopeEncoder([Msg01, Scalars, Drawing]);

  test("returns the encoded message, with $type, and with bytes that are no Buffer", () => {
    for (const message of [Msg01.create({ field1: "x" }), scalars, drawing]) {
      assert.deepEqual(decoder.decode(Buffer.from(encoder.encode(message))), message);
    }
  });

  test("trusts the type URL, and without one takes msgName, full or short", () => {
    const value = Point.encode({ x: 1, y: 2 }).finish();
    const points = new EnvelopeDecoder([Point, Msg01]);
    const point = Point.create({ x: 1, y: 2 });
    const withUrl = (msgName: string, url: string): Uint8Array => {
      const any = new BinaryWriter().uint32(0x0a).string(url).uint32(0x12).bytes(value).finish();
      return new BinaryWriter().uint32(0x0a).string(msgName).uint32(0x12).bytes(any).finish();
    };
    assert.deepEqual(points.decode(withUrl("Point", "type.googleapis.com/shapes.v1.Point")), point);
    assert.deepEqual(points.decode(withUrl("Msg01", "example.org/a/shapes.v1.Point")), point);
    assert.deepEqual(points.decode(withUrl("Point", "")), point);
    assert.deepEqual(points.decode(withUrl("shapes.v1.Point", "")), point);
    assert.throws(() => points.decode(withUrl("Msg01", "type.googleapis.com/Other")), {
      code: "UNKNOWN_MESSAGE_TYPE",
      typeName: "Other",
      message:
        'A message of type "Other" arrived; this link was given shapes.v1.Point, Msg01. Give it the type too, or send the message to the endpoint of a link that has it',
    });
  });

  test("skips unknown fields, including groups", () => {
    const extended = new BinaryWriter()
      .raw(encoder.encode({ field1: "x" }, Msg01))
      .uint32((7 << 3) | 3)
      .uint32((1 << 3) | 2)
      .string("in a group")
      .uint32((7 << 3) | 4)
      .uint32((100 << 3) | 5)
      .fixed32(1)
      .finish();
    assert.deepEqual(decoder.decode(extended), Msg01.create({ field1: "x" }));
    assert.equal(readEnvelope(extended).extended, true);
  });

  test("merges a repeated occurrence of a message field, as protobuf does", () => {
    const url = new BinaryWriter().uint32(0x0a).string("type.googleapis.com/Msg01").finish();
    const value = new BinaryWriter()
      .uint32(0x12)
      .bytes(Msg01.encode({ field1: "merged" }).finish())
      .finish();
    const twice = new BinaryWriter().uint32(0x12).bytes(url).uint32(0x12).bytes(value).finish();
    assert.deepEqual(decoder.decode(twice), Msg01.create({ field1: "merged" }));
  });

  for (const [what, frame] of [
    ["random bytes", Uint8Array.from([0xff, 0xff, 0xff])],
    ["text", Buffer.from("hello")],
    ["a cut envelope", encoder.encode({ field1: "cut" }, Msg01).subarray(0, -3)],
    ["a field number 0", Uint8Array.from([0, 0])],
    ["a name that is not UTF-8", Uint8Array.from([0x0a, 1, 0xff])],
  ] as const) {
    test(`refuses ${what}`, () => {
      assert.throws(() => decoder.decode(frame), {
        name: "DecodeError",
        code: "MALFORMED_ENVELOPE",
        message: /is no envelope of dividere/,
      });
    });
  }

  test("refuses a message that runs past its envelope's value", () => {
    const any = new BinaryWriter()
      .uint32(0x0a)
      .string("type.googleapis.com/Msg01")
      .uint32(0x12)
      .bytes(Uint8Array.from([0x0a, 5, 0x61]))
      .finish();
    const frame = new BinaryWriter()
      .uint32(0x12)
      .bytes(any)
      .uint32((9 << 3) | 2)
      .string("bcdef")
      .finish();
    assert.throws(() => decoder.decode(frame), {
      code: "MALFORMED_MESSAGE",
      typeName: "Msg01",
      message: /^The 3 bytes in the envelope are no Msg01: /,
    });
  });

  test("reports an envelope without any name as such", () => {
    assert.throws(() => decoder.decode(new Uint8Array(0)), {
      code: "UNKNOWN_MESSAGE_TYPE",
      message: "The envelope names no message type",
    });
  });

  test("reads the envelopes of known types like all others", () => {
    const plain = encoder.encode({ field1: "x".repeat(200) }, Msg01);
    const frames = fc.oneof(
      fc.string().map((field1) => encoder.encode({ field1 }, Msg01)),
      fc.record({ at: fc.nat(plain.length - 1), to: fc.nat(255) }).map(({ at, to }) => {
        const mutated = Uint8Array.from(plain);
        mutated[at] = to;
        return mutated;
      }),
      fc.nat(plain.length).map((length) => plain.subarray(0, length)),
    );
    const outcome = (read: () => unknown): unknown => {
      try {
        return read();
      } catch (error) {
        return String(error);
      }
    };
    fc.assert(
      fc.property(frames, (frame) => {
        assert.deepEqual(
          outcome(() => decoder.read(frame)),
          outcome(() => readEnvelope(frame)),
        );
      }),
      { numRuns: 3_000 },
    );
  });

  test("throws nothing but its own errors, however the bytes are mutated", () => {
    const frame = encoder.encode(drawing);
    const mutation = fc.record({ at: fc.nat(frame.length - 1), to: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        const mutated = Uint8Array.from(frame);
        for (const { at, to } of mutations) mutated[at] = to;
        try {
          decoder.decode(mutated);
        } catch (error) {
          assert.ok(error instanceof DecodeError, String(error));
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
