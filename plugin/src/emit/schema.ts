import { type DescFile, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { withoutSource } from "./descriptors.js";

/** The tag of a file in a FileDescriptorSet: field number << 3 | wire type. */
const SET_FILE = 0x0a;

/** The files that the runtime has anyway: those of protobuf, and the annotations. */
const known = /^(google\/protobuf\/|dividere\/v1\/options\.proto$)/;

/** The bytes of the descriptors; many files import the same ones. */
const written = new WeakMap<DescFile, Uint8Array>();

/**
 * Returns the schema of a file for its generated code: a `FileDescriptorSet` of the file and all that it imports, each
 * file after its imports, in base64. Comments and positions are left out, and so are the files of `google/protobuf` and
 * the annotations, which the runtime adds. The text is not compressed, because compressors of different versions give different bytes.
 */
export function embeddedSchema(file: DescFile): string {
  const writer = new BinaryWriter();
  const seen = new Set<DescFile>();
  const add = (each: DescFile): void => {
    if (seen.has(each) || known.test(each.proto.name)) return;
    seen.add(each);
    each.dependencies.forEach(add);
    writer.uint32(SET_FILE).bytes(bytesOf(each));
  };
  add(file);
  return Buffer.from(writer.finish()).toString("base64");
}

function bytesOf(file: DescFile): Uint8Array {
  let bytes = written.get(file);
  if (bytes === undefined) {
    bytes = toBinary(FileDescriptorProtoSchema, withoutSource(file.proto));
    written.set(file, bytes);
  }
  return bytes;
}
