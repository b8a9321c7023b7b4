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
 * Makes one `FileDescriptorSet` of the descriptors of all files of a run, in JSON, because plugins can write only text.
 * It is placed in the common folder of the run's files, so that runs for several folders, as buf makes them, do not
 * write the same file.
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

/** Removes comments and positions, which only people and compilers need, and which are most of the bytes. */
export function withoutSource(file: FileDescriptorProto): FileDescriptorProto {
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
