import type {
  DescEnum,
  DescEnumValue,
  DescField,
  DescFile,
  DescMessage,
  DescMethod,
  DescOneof,
  DescService,
} from "@bufbuild/protobuf";
import {
  DescriptorProtoSchema,
  EnumDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  MethodDescriptorProtoSchema,
  ServiceDescriptorProtoSchema,
  type SourceCodeInfo_Location,
} from "@bufbuild/protobuf/wkt";
import { MethodOptionsSchema, method as methodOptions } from "../gen/dividere/v1/options_pb.js";

/** The line and column of an element, counted from 1. */
export interface Position {
  line: number;
  column: number;
}

const inFile = FileDescriptorProtoSchema.field;
const inMessage = DescriptorProtoSchema.field;
const indexes = new WeakMap<DescFile, Map<string, SourceCodeInfo_Location>>();

/** The kinds of elements that have a position. */
export type Positioned =
  | DescService
  | DescMethod
  | DescMessage
  | DescEnum
  | DescEnumValue
  | DescField
  | DescOneof;

/** Returns the path of an element within its file's descriptor. */
export function pathOf(desc: Positioned): number[] {
  switch (desc.kind) {
    case "service":
      return [inFile.service.number, desc.file.proto.service.indexOf(desc.proto)];
    case "rpc":
      return [
        ...pathOf(desc.parent),
        ServiceDescriptorProtoSchema.field.method.number,
        desc.parent.proto.method.indexOf(desc.proto),
      ];
    case "message":
      return desc.parent === undefined
        ? [inFile.messageType.number, desc.file.proto.messageType.indexOf(desc.proto)]
        : [
            ...pathOf(desc.parent),
            inMessage.nestedType.number,
            desc.parent.proto.nestedType.indexOf(desc.proto),
          ];
    case "enum":
      return desc.parent === undefined
        ? [inFile.enumType.number, desc.file.proto.enumType.indexOf(desc.proto)]
        : [
            ...pathOf(desc.parent),
            inMessage.enumType.number,
            desc.parent.proto.enumType.indexOf(desc.proto),
          ];
    case "enum_value":
      return [
        ...pathOf(desc.parent),
        EnumDescriptorProtoSchema.field.value.number,
        desc.parent.proto.value.indexOf(desc.proto),
      ];
    case "field":
      return [
        ...pathOf(desc.parent),
        inMessage.field.number,
        desc.parent.proto.field.indexOf(desc.proto),
      ];
    case "oneof":
      return [
        ...pathOf(desc.parent),
        inMessage.oneofDecl.number,
        desc.parent.proto.oneofDecl.indexOf(desc.proto),
      ];
  }
}

/** Returns the file that contains an element. */
export function fileOf(desc: Positioned): DescFile {
  return "file" in desc ? desc.file : desc.parent.file;
}

/** Returns the path of the request's name, in an rpc's parentheses. */
export function requestPath(rpc: DescMethod): number[] {
  return [...pathOf(rpc), MethodDescriptorProtoSchema.field.inputType.number];
}

/** Returns the path of the name after an rpc's `returns`. */
export function responsePath(rpc: DescMethod): number[] {
  return [...pathOf(rpc), MethodDescriptorProtoSchema.field.outputType.number];
}

/** Returns the path of one setting of an rpc's `(dividere.v1.method)`. */
export function methodOptionPath(
  rpc: DescMethod,
  setting: keyof typeof MethodOptionsSchema.field,
): number[] {
  return [
    ...pathOf(rpc),
    MethodDescriptorProtoSchema.field.options.number,
    methodOptions.number,
    MethodOptionsSchema.field[setting].number,
  ];
}

/**
 * Returns the position of the element, or of the nearest enclosing element with a position; undefined without source
 * information.
 */
export function position(file: DescFile, path: readonly number[]): Position | undefined {
  const index = indexOf(file);
  for (let length = path.length; length > 0; length--) {
    const [line, column] = index.get(path.slice(0, length).join())?.span ?? [];
    if (line !== undefined && column !== undefined) {
      return { line: line + 1, column: column + 1 };
    }
  }
  return undefined;
}

/** Returns the comments before and after the element, in that order, as the author indented them. */
export function comments(file: DescFile, path: readonly number[]): string[] {
  const index = indexOf(file);
  if (index.size === 0) return [];
  const location = index.get(path.join());
  return [location?.leadingComments ?? "", location?.trailingComments ?? ""].filter(
    (text) => text.trim() !== "",
  );
}

function indexOf(file: DescFile): Map<string, SourceCodeInfo_Location> {
  let index = indexes.get(file);
  if (index === undefined) {
    index = new Map();
    for (const location of file.proto.sourceCodeInfo?.location ?? []) {
      const key = location.path.join();
      // `extend` blocks repeat a path; the first occurrence is the beginning of the element.
      if (!index.has(key)) {
        index.set(key, location);
      }
    }
    indexes.set(file, index);
  }
  return index;
}
