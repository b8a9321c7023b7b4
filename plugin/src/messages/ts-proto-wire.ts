import type { DescField, DescMessage } from "@bufbuild/protobuf";
import {
  Edition,
  FeatureSet_FieldPresence,
  FieldDescriptorProto_Type,
} from "@bufbuild/protobuf/wkt";
import type { Mistakes } from "../schema/mistakes.js";

const proto3 = "declare it in a proto3 file";
const wayOut = "or generate with codec=es";

/**
 * Reports fields that ts-proto would write in other bytes than the schema demands, or would read as another value. ts-proto
 * applies the rules of proto3 to proto2 and editions too. Packing of numbers makes no difference: every reader takes both
 * forms.
 */
export function checkWire(messages: Iterable<DescMessage>, mistakes: Mistakes): void {
  for (const message of messages) {
    if (message.proto.options?.messageSetWireFormat === true) {
      mistakes.add(
        message,
        `message ${message.typeName} has message_set_wire_format, which ts-proto does not know; drop it, ${wayOut}`,
      );
    }
    for (const field of message.fields) {
      const trouble = troubleWith(field);
      if (trouble !== undefined) {
        mistakes.add(field, `field ${message.typeName}.${field.name} ${trouble}, ${wayOut}`);
      }
    }
  }
}

function troubleWith(field: DescField): string | undefined {
  const inEdition = field.parent.file.edition > Edition.EDITION_PROTO3;
  if (field.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED) {
    return `is required (field_presence = LEGACY_REQUIRED), and ts-proto leaves a required field out when it is empty; ${inEdition ? "set features.field_presence = IMPLICIT" : proto3}`;
  }
  if (isDelimited(field)) {
    return "has message_encoding = DELIMITED, and ts-proto writes it length-prefixed; set features.message_encoding = LENGTH_PREFIXED";
  }
  if (field.enum !== undefined && !field.enum.open) {
    return `is of ${field.enum.typeName} with enum_type = CLOSED, and ts-proto keeps values that a closed enum does not have; ${inEdition ? "set features.enum_type = OPEN" : proto3}`;
  }
  if (losesPresence(field)) {
    return `has field_presence = EXPLICIT, and ts-proto leaves it out when it is set to its default; ${inEdition ? "set features.field_presence = IMPLICIT" : proto3}`;
  }
  return undefined;
}

/** Whether a field is delimited, except for groups of proto2: these have their own type, which ts-proto knows. */
function isDelimited(field: DescField): boolean {
  return (
    (field.fieldKind === "message" ||
      (field.fieldKind === "list" && field.listKind === "message")) &&
    field.delimitedEncoding &&
    field.proto.type !== FieldDescriptorProto_Type.GROUP
  );
}

/** Whether ts-proto loses the presence of a field. Messages and members of a oneof keep it in any case. */
function losesPresence(field: DescField): boolean {
  return (
    field.presence === FeatureSet_FieldPresence.EXPLICIT &&
    (field.fieldKind === "scalar" || field.fieldKind === "enum") &&
    field.oneof === undefined &&
    !field.proto.proto3Optional
  );
}
