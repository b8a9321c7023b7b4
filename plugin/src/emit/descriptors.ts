import { create, toJsonString } from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";

/** A file to write. */
export interface DescriptorFile {
  readonly name: string;
  readonly content: string;
}

/**
 * The descriptors of all files of a run as one `FileDescriptorSet` in JSON: what a plugin writes is text. It stands in the folder that
 * the run's files have in common, so that runs for several folders, as buf makes them, do not write one file.
 */
export function descriptorFile(
  files: readonly FileDescriptorProto[],
  generated: readonly string[],
): DescriptorFile {
  const set = create(FileDescriptorSetSchema, { file: files.map(withoutSource) });
  return {
    name: `${commonFolder(generated)}descriptors.json`,
    content: `${toJsonString(FileDescriptorSetSchema, set, { prettySpaces: 2 })}\n`,
  };
}

/** Comments and positions are for people and compilers, and most of the bytes. */
function withoutSource(file: FileDescriptorProto): FileDescriptorProto {
  const copy = Object.assign(create(FileDescriptorProtoSchema), file);
  delete copy.sourceCodeInfo;
  return copy;
}

function commonFolder(paths: readonly string[]): string {
  const [first = [], ...others] = paths.map((path) => path.split("/").slice(0, -1));
  const differs = first.findIndex((part, i) => others.some((other) => other[i] !== part));
  return first
    .slice(0, differs < 0 ? first.length : differs)
    .map((part) => `${part}/`)
    .join("");
}
