import { type DescEnum, type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";

/** The depth to which an example shows the fields of nested messages. */
const DEPTH = 3;

/** The JSON of well-known types, which is not that of their fields. */
const WELL_KNOWN: Readonly<Record<string, unknown>> = {
  "google.protobuf.Timestamp": "2026-01-31T12:00:00Z",
  "google.protobuf.Duration": "1.5s",
  "google.protobuf.FieldMask": "field1,field2",
  "google.protobuf.Struct": {},
  "google.protobuf.Value": null,
  "google.protobuf.ListValue": [],
  "google.protobuf.Any": { "@type": "type.googleapis.com/<full name>" },
  "google.protobuf.BoolValue": false,
  "google.protobuf.StringValue": "text",
  "google.protobuf.BytesValue": "base64",
  "google.protobuf.DoubleValue": 0,
  "google.protobuf.FloatValue": 0,
  "google.protobuf.Int32Value": 0,
  "google.protobuf.UInt32Value": 0,
  "google.protobuf.Int64Value": "0",
  "google.protobuf.UInt64Value": "0",
};

/**
 * Returns an example of a message's JSON, with every field: what a user has to write. Of a `oneof`
 * only the first field is in it.
 */
export function exampleOf(message: DescMessage, depth: number = DEPTH): unknown {
  if (Object.hasOwn(WELL_KNOWN, message.typeName)) return WELL_KNOWN[message.typeName];
  if (depth === 0) return {};
  return Object.fromEntries(
    message.members.flatMap((member) => {
      const field = member.kind === "oneof" ? member.fields[0] : member;
      return field === undefined ? [] : [[field.jsonName, exampleOfField(field, depth - 1)]];
    }),
  );
}

function exampleOfField(field: DescField, depth: number): unknown {
  switch (field.fieldKind) {
    case "message":
      return exampleOf(field.message, depth);
    case "enum":
      return exampleOfEnum(field.enum);
    case "scalar":
      return exampleOfScalar(field.scalar);
    case "list":
      return field.listKind === "message"
        ? [exampleOf(field.message, depth)]
        : [field.listKind === "enum" ? exampleOfEnum(field.enum) : exampleOfScalar(field.scalar)];
    case "map":
      return {
        [String(exampleOfScalar(field.mapKey))]:
          field.mapKind === "message"
            ? exampleOf(field.message, depth)
            : field.mapKind === "enum"
              ? exampleOfEnum(field.enum)
              : exampleOfScalar(field.scalar),
      };
  }
}

function exampleOfEnum({ values }: DescEnum): string {
  return (values[1] ?? values[0])?.name ?? "";
}

function exampleOfScalar(scalar: ScalarType): unknown {
  switch (scalar) {
    case ScalarType.BOOL:
      return false;
    case ScalarType.STRING:
      return "text";
    case ScalarType.BYTES:
      return "base64";
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return "0";
    default:
      return 0;
  }
}
