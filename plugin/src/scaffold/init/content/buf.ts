import type { Codec } from "../../command/arguments.js";

/** The folder of a project's protos. */
export const protoFolder = "proto";

/** The folder of the annotations that the protos import. */
export const annotations = "node_modules/dividere/proto";

export const bufYaml: string = `version: v2
modules:
  - path: ${protoFolder}
  # The annotations, from the npm package.
  - path: ${annotations}
`;

/** @param out - The folder for generated files. */
export function bufGenYaml(out: string, codec: Codec): string {
  return `version: v2
# Empties the output folders first: keep nothing of your own there.
clean: true
inputs:
  - directory: ${protoFolder}
plugins:
${codec === "es" ? esMessages(out) : tsProtoMessages(out)}
  # Publishers, subscribers, request clients and reactors: greeter_dividere.ts
${dividereEntry(out, codec).join("\n")}
`;
}

/** Returns the lines that run protoc-gen-dividere. */
export function dividereEntry(out: string, codec: Codec): string[] {
  const entry = ["  - local: protoc-gen-dividere", `    out: ${out}`];
  return codec === "es" ? [...entry, "    opt: codec=es"] : entry;
}

function tsProtoMessages(out: string): string {
  return `  # Message types and codecs, by ts-proto: greeter.ts
  - local: protoc-gen-dividere-messages
    out: ${out}`;
}

function esMessages(out: string): string {
  return `  # Message types and schemas, by protobuf-es: greeter_pb.ts
  - local: protoc-gen-es
    out: ${out}
    # Generates the annotations too, which the code of greeter.proto imports.
    include_imports: true
    opt:
      - target=ts
      - import_extension=js
      - erasable_syntax=true`;
}
