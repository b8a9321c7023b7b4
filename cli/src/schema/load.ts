import { readFileSync } from "node:fs";
import { create, fromBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { ExitCode } from "../app/exit-codes.js";
import { CommandFailure } from "../app/failure.js";
import type { SchemaOptions } from "../app/options.js";
import { compileProto } from "./compile.js";
import { Schema } from "./schema.js";

/** Loads the schema that the options of a command name; `undefined` if they name none. */
export async function loadSchema(options: SchemaOptions): Promise<Schema | undefined> {
  const { proto = [], protoPath = [], descriptors = [] } = options;
  if (proto.length === 0 && descriptors.length === 0) {
    if (protoPath.length === 0) return undefined;
    throw new CommandFailure("USAGE", ExitCode.usage, "--proto-path was given without --proto", {
      hint: "Add --proto <file>.",
    });
  }
  const sets = descriptors.map(readDescriptors);
  if (proto.length > 0) sets.push(await compileProto(proto, protoPath));
  const origin = [...descriptors, ...proto].join(", ");
  if (sets.length === 1) return Schema.read(sets[0] ?? new Uint8Array(), origin);
  // The same file may be in several sets.
  const files = new Map<string, FileDescriptorProto>();
  for (const set of sets) {
    for (const file of fromBinary(FileDescriptorSetSchema, set).file) files.set(file.name, file);
  }
  return new Schema(create(FileDescriptorSetSchema, { file: [...files.values()] }), origin);
}

function readDescriptors(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new CommandFailure(
      "FILE_NOT_FOUND",
      ExitCode.usage,
      `The descriptors in ${path} cannot be read: ${(cause as Error).message}`,
      { cause, hint: "buf build -o schema.binpb writes such a file." },
    );
  }
}
