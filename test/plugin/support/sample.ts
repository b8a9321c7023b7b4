import {
  create,
  type DescEnum,
  type DescField,
  type DescMessage,
  type MessageShape,
  ScalarType,
} from "@bufbuild/protobuf";
import { type ReflectMessage, reflect, scalarZeroValue } from "@bufbuild/protobuf/reflect";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";

/** A message with a value in every field, nested ones down to a depth. */
export function sample(schema: DescMessage, depth = 2): MessageShape<DescMessage> {
  const message = reflect(schema, create(schema));
  for (const field of schema.fields) {
    // Of a oneof the first member is set.
    if (field.oneof !== undefined && field.oneof.fields[0] !== field) continue;
    if (field.message !== undefined && depth === 0) continue;
    fill(message, field, depth);
  }
  return message.message;
}

/** A message whose fields with presence are set to what they would be if they were not. */
export function zeros(schema: DescMessage): MessageShape<DescMessage> {
  const message = reflect(schema, create(schema));
  for (const field of schema.fields) {
    if (field.oneof !== undefined && field.oneof.fields[0] !== field) continue;
    if (field.presence !== FeatureSet_FieldPresence.EXPLICIT) continue;
    if (field.fieldKind === "message") message.set(field, reflect(field.message));
    else if (field.fieldKind === "enum") message.set(field, field.enum.values[0]?.number ?? 0);
    else if (field.fieldKind === "scalar") message.set(field, scalarZeroValue(field.scalar, false));
  }
  return message.message;
}

function fill(message: ReflectMessage, field: DescField, depth: number): void {
  switch (field.fieldKind) {
    case "message":
      message.set(field, reflect(field.message, sample(field.message, depth - 1)));
      break;
    case "map":
      message.get(field).set(scalar(field.mapKey), value(field, depth));
      break;
    case "list":
      for (let i = 0; i < 2; i++) message.get(field).add(value(field, depth));
      break;
    default:
      message.set(field, value(field, depth));
  }
}

function value(field: DescField, depth: number): unknown {
  if (field.message !== undefined) return reflect(field.message, sample(field.message, depth - 1));
  return field.enum === undefined
    ? scalar(field.scalar ?? ScalarType.STRING)
    : enumValue(field.enum);
}

function enumValue({ values }: DescEnum): number {
  return values.at(-1)?.number ?? 0;
}

function scalar(type: ScalarType): unknown {
  switch (type) {
    case ScalarType.STRING:
      return "text";
    case ScalarType.BYTES:
      return Uint8Array.of(1, 0, 255);
    case ScalarType.BOOL:
      return true;
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return 1.5;
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return -5n;
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return 5n;
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return 5;
    default:
      return -5;
  }
}
