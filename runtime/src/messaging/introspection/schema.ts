import type { DescFile } from "@bufbuild/protobuf";
import { BinaryReader, BinaryWriter } from "@bufbuild/protobuf/wire";
import type { ServiceSchema } from "../call/rpc.js";
import { annotations } from "./annotations.js";

/** A file of a schema: a serialised `FileDescriptorProto`. */
interface SchemaFile {
  readonly bytes: Uint8Array;
  readonly imports: readonly string[];
}

// Tags of FileDescriptorSet and FileDescriptorProto: field number << 3 | wire type.
const SET_FILE = 0x0a;
const FILE_NAME = 0x0a;
const FILE_DEPENDENCY = 0x1a;

/** The file that most schemas import and none holds. */
const ANNOTATIONS = "dividere/v1/options.proto";

/**
 * Joins schemas to one serialised `FileDescriptorSet` in which each file is once, after its imports;
 * adds the imported files of `google/protobuf` and the annotations.
 */
export async function joinSchemas(schemas: readonly ServiceSchema[]): Promise<Uint8Array> {
  const files = new Map<string, SchemaFile>();
  for (const schema of schemas) {
    if (typeof schema !== "string") await addDescriptor(files, schema);
    else for (const bytes of filesOf(Buffer.from(schema, "base64"))) addFile(files, bytes);
  }
  if (missingIn(files).includes(ANNOTATIONS)) addFile(files, Buffer.from(annotations, "base64"));
  await addWellKnown(files);
  const writer = new BinaryWriter();
  const written = new Set<string>();
  const write = (name: string): void => {
    const file = files.get(name);
    if (file === undefined || written.has(name)) return;
    written.add(name);
    for (const each of file.imports) write(each);
    writer.uint32(SET_FILE).bytes(file.bytes);
  };
  for (const name of files.keys()) write(name);
  return writer.finish();
}

function addFile(files: Map<string, SchemaFile>, bytes: Uint8Array): void {
  const reader = new BinaryReader(bytes);
  let name = "";
  const imports: string[] = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === FILE_NAME) name = reader.string();
    else if (tag === FILE_DEPENDENCY) imports.push(reader.string());
    else reader.skip(tag & 7, tag >>> 3);
  }
  if (!files.has(name)) files.set(name, { bytes, imports });
}

function filesOf(set: Uint8Array): readonly Uint8Array[] {
  const reader = new BinaryReader(set);
  const files: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === SET_FILE) files.push(reader.bytes());
    else reader.skip(tag & 7, tag >>> 3);
  }
  return files;
}

async function addDescriptor(files: Map<string, SchemaFile>, file: DescFile): Promise<void> {
  const { toBinary, FileDescriptorProtoSchema } = await protobufEs();
  const add = ({ proto, dependencies }: DescFile): void => {
    if (files.has(proto.name)) return;
    addFile(files, toBinary(FileDescriptorProtoSchema, proto));
    dependencies.forEach(add);
  };
  add(file);
}

/** Loads all of protobuf-es, which takes longer than the runtime itself. */
async function protobufEs() {
  const [{ toBinary }, wellKnown] = await Promise.all([
    import("@bufbuild/protobuf"),
    import("@bufbuild/protobuf/wkt"),
  ]);
  return { toBinary, ...wellKnown };
}

/** Adds the imports that protobuf-es comes with, and their imports. */
async function addWellKnown(files: Map<string, SchemaFile>): Promise<void> {
  if (missingIn(files).length === 0) return;
  const { toBinary, FileDescriptorProtoSchema, ...wellKnown } = await protobufEs();
  const known = Object.values(wellKnown).flatMap((value) =>
    typeof value === "object" && "kind" in value && value.kind === "file" ? [value] : [],
  );
  for (let names = missingIn(files); names.length > 0; ) {
    const found = known.filter(({ proto }) => names.includes(proto.name));
    for (const { proto } of found) addFile(files, toBinary(FileDescriptorProtoSchema, proto));
    names = found.length === 0 ? [] : missingIn(files);
  }
}

/** Returns the imports that are not among the files. */
function missingIn(files: ReadonlyMap<string, SchemaFile>): readonly string[] {
  return [...files.values()].flatMap(({ imports }) => imports.filter((name) => !files.has(name)));
}
