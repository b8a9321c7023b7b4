import { FieldDescriptorProto_Type, MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { Handlers } from "../../../plugin/src/gen/dividere/v1/options_pb.js";

type Syntax = "proto2" | "proto3" | "editions";

const words = `
  Alpha Beta Gamma thing snake_case UPPER_CASE Outer_Inner OuterInner Date Function Promise Map Object Error Array String
  delete class default await static any string T I K msg options ctx endpoint links value key message reader e acc base
  RequestClient Publisher ServiceReactor CallOptions lookup Timestamp Empty Uint8Array BigInt Number Math isSet
  Greeter GreeterService Service GreeterReactor greeterDefinition constructor toString then close Call send __proto__ _ _1
  AsyncIterable StreamInput ResponseStream MessageInit msgs callUnary CallBidiStream sendFor
  _leading trailing_ two__scores ShutdownEvent createBaseAlpha alphaFromJSON DeepPartial`
  .trim()
  .split(/\s+/);

const name = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...words) },
  { weight: 2, arbitrary: fc.stringMatching(/^[A-Z][a-z]{1,6}\d?$/) },
  { weight: 1, arbitrary: fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,5}$/) },
);
const comment = fc.option(
  fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.constantFrom(
      " */ export {}; /*\n",
      "* Starred\n * twice\n",
      " @deprecated\n",
      "\n\n  x\n",
      " // `$a` \\u0000 \u2028 {{name}} \u00010\u0001\n",
    ),
  ),
  { nil: undefined },
);

export interface FieldPlan {
  readonly name: string;
  readonly kind: "scalar" | "message" | "enum" | "map";
  readonly scalar: FieldDescriptorProto_Type;
  readonly pick: number;
  readonly shape: "singular" | "repeated" | "optional" | "oneof";
  readonly feature: number;
}

export interface MessagePlan {
  readonly name: string;
  readonly fields: readonly FieldPlan[];
  readonly nested: readonly MessagePlan[];
  readonly handler: string | undefined;
}

const T = FieldDescriptorProto_Type;
const scalars = [
  T.DOUBLE,
  T.FLOAT,
  T.INT64,
  T.UINT64,
  T.INT32,
  T.FIXED64,
  T.FIXED32,
  T.BOOL,
  T.STRING,
  T.BYTES,
  T.UINT32,
  T.SFIXED32,
  T.SFIXED64,
  T.SINT32,
  T.SINT64,
];

const field: fc.Arbitrary<FieldPlan> = fc.record({
  name,
  kind: fc.constantFrom("scalar", "scalar", "message", "enum", "map"),
  scalar: fc.constantFrom(...scalars),
  pick: fc.nat(),
  shape: fc.constantFrom("singular", "repeated", "optional", "oneof"),
  feature: fc.nat(7),
});

function messagePlan(depth: number): fc.Arbitrary<MessagePlan> {
  return fc.record({
    name,
    fields: fc.array(field, { maxLength: 4 }),
    nested: depth === 0 ? fc.constant([]) : fc.array(messagePlan(depth - 1), { maxLength: 2 }),
    handler: fc.option(
      fc.oneof(
        { weight: 4, arbitrary: name },
        { weight: 1, arbitrary: fc.string({ maxLength: 4 }) },
      ),
      { nil: undefined, freq: 8 },
    ),
  });
}

export const plan = fc.record({
  syntax: fc.constantFrom<Syntax>("proto3", "proto3", "proto3", "proto2", "editions"),
  implicit: fc.boolean(),
  messages: fc.array(messagePlan(2), { minLength: 1, maxLength: 4 }),
  enums: fc.array(
    fc.record({ name, values: fc.array(name, { maxLength: 3 }), closed: fc.nat(9) }),
    { minLength: 1, maxLength: 2 },
  ),
  services: fc.array(
    fc.record({
      name,
      registryName: fc.option(fc.string({ unit: "binary", maxLength: 12 }), { nil: undefined }),
      handlers: fc.constantFrom(
        Handlers.HANDLERS_UNSPECIFIED,
        Handlers.BY_MESSAGE,
        Handlers.BY_RPC,
      ),
      deprecated: fc.boolean(),
      comment,
      rpcs: fc.array(
        fc.record({
          name,
          input: fc.nat(),
          output: fc.nat(),
          published: fc.boolean(),
          returnsEmpty: fc.nat(9),
          streams: fc.nat(5),
          handler: fc.option(name, { nil: "", freq: 8 }),
          isDefault: fc.nat(9),
          idempotencyLevel: fc.constantFrom(
            MethodOptions_IdempotencyLevel.IDEMPOTENCY_UNKNOWN,
            MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS,
            MethodOptions_IdempotencyLevel.IDEMPOTENT,
          ),
          deprecated: fc.boolean(),
          comment,
        }),
        { maxLength: 4 },
      ),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

export type FilePlan = typeof plan extends fc.Arbitrary<infer P> ? P : never;
