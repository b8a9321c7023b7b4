import { type DescField, type DescMessage, type DescService, ScalarType } from "@bufbuild/protobuf";
import { isPublished, pathOf } from "../../schema/rpc.js";
import type { Schema } from "../../schema/schema.js";
import { exampleOf } from "../../schema/shape.js";
import type { FieldShape, MessageShape, RpcInfo, SchemaShape } from "../protocol.js";

/** Returns what the form needs of a schema: its rpcs, and the types that their requests reach. */
export function schemaShape(schema: Schema): SchemaShape {
  const messages: Record<string, MessageShape> = {};
  const enums: Record<string, readonly string[]> = {};
  const visit = (message: DescMessage): void => {
    if (Object.hasOwn(messages, message.typeName)) return;
    const wellKnown = message.typeName.startsWith("google.protobuf.");
    const fields = wellKnown ? [] : message.fields;
    messages[message.typeName] = {
      fields: fields.map(fieldShape),
      wellKnown: wellKnown && message.typeName !== "google.protobuf.Empty",
      example: wellKnown ? exampleOf(message) : null,
    };
    for (const field of fields) {
      if (field.message !== undefined) visit(field.message);
      if (field.enum !== undefined) {
        enums[field.enum.typeName] = field.enum.values.map(({ name }) => name);
      }
    }
  };
  const rpcs = schema.services.flatMap(rpcsOf);
  for (const { methods } of schema.services) for (const { input } of methods) visit(input);
  return { rpcs, messages, enums };
}

function rpcsOf({ methods }: DescService): readonly RpcInfo[] {
  return methods.map((method) => ({
    path: pathOf(method),
    request: method.input.typeName,
    response: method.output.typeName,
    clientStreaming: /^(client|bidi)/.test(method.methodKind),
    serverStreaming: /^(server|bidi)/.test(method.methodKind),
    published: isPublished(method),
  }));
}

function fieldShape(field: DescField): FieldShape {
  const isMap = field.fieldKind === "map";
  return {
    name: field.jsonName,
    kind: field.message !== undefined ? "message" : field.enum !== undefined ? "enum" : "scalar",
    type: field.message?.typeName ?? field.enum?.typeName ?? scalarName(field.scalar),
    repeated: field.fieldKind === "list",
    mapKey: isMap ? scalarName(field.mapKey) : "",
    oneof: field.oneof?.name ?? "",
  };
}

function scalarName(scalar: ScalarType | undefined): string {
  return scalar === undefined ? "" : (ScalarType[scalar] ?? "").toLowerCase();
}
