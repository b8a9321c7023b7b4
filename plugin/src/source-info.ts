import type { DescFile, DescMessage, DescMethod, DescService } from "@bufbuild/protobuf";
import {
  DescriptorProtoSchema,
  FileDescriptorProtoSchema,
  MethodDescriptorProtoSchema,
  ServiceDescriptorProtoSchema,
  type SourceCodeInfo_Location,
} from "@bufbuild/protobuf/wkt";

/** Line and column of an element, counted from 1. */
export interface Position {
  line: number;
  column: number;
}

const indexes = new WeakMap<DescFile, Map<string, SourceCodeInfo_Location>>();

/** The path of a service, rpc or message within its file's descriptor. */
export function pathOf(desc: DescService | DescMethod | DescMessage): number[] {
  switch (desc.kind) {
    case "service":
      return [
        FileDescriptorProtoSchema.field.service.number,
        desc.file.proto.service.indexOf(desc.proto),
      ];
    case "rpc":
      return [
        ...pathOf(desc.parent),
        ServiceDescriptorProtoSchema.field.method.number,
        desc.parent.proto.method.indexOf(desc.proto),
      ];
    case "message":
      return desc.parent === undefined
        ? [
            FileDescriptorProtoSchema.field.messageType.number,
            desc.file.proto.messageType.indexOf(desc.proto),
          ]
        : [
            ...pathOf(desc.parent),
            DescriptorProtoSchema.field.nestedType.number,
            desc.parent.proto.nestedType.indexOf(desc.proto),
          ];
  }
}

/** The path of the name in an rpc's parentheses. */
export function requestPath(rpc: DescMethod): number[] {
  return [...pathOf(rpc), MethodDescriptorProtoSchema.field.inputType.number];
}

/** The path of the name behind an rpc's `returns`. */
export function responsePath(rpc: DescMethod): number[] {
  return [...pathOf(rpc), MethodDescriptorProtoSchema.field.outputType.number];
}

/** Where the element stands, or the nearest one around it that has a position; undefined without source information. */
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

/** The comments before and behind the element, in that order, as the author indented them. */
export function comments(file: DescFile, path: readonly number[]): string[] {
  const location = indexOf(file).get(path.join());
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
      // `extend` blocks repeat a path; the first one is where the element begins.
      if (!index.has(key)) {
        index.set(key, location);
      }
    }
    indexes.set(file, index);
  }
  return index;
}
