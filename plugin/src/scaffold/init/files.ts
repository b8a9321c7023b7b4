import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tsProtoOptions } from "../../messages/options/ts-proto-options.js";
import type { Note, Step, Todo } from "./step.js";

/** The folder of a project's protos. */
const protoFolder = "proto";

const annotations = "node_modules/dividere/proto";

const bufYaml = `version: v2
modules:
  - path: ${protoFolder}
  # The annotations, from the npm package.
  - path: ${annotations}
`;

/** @param out - The folder for generated files. */
function bufGenYaml(out: string): string {
  return `version: v2
# Empties the output folders first: keep nothing of your own there.
clean: true
inputs:
  - directory: ${protoFolder}
plugins:
  # Message types and codecs: greeter.ts
  - local: protoc-gen-ts_proto
    out: ${out}
    opt:
${tsProtoOptions.map((option) => `      - ${option}\n`).join("")}      # The annotations need no code, nor do the descriptors that they import.
      - Mdividere/v1/options.proto=none
  # Publishers, subscribers, request clients and reactors: greeter_dividere.ts
  - local: protoc-gen-dividere
    out: ${out}
`;
}

const firstProto = `syntax = "proto3";

import "dividere/v1/options.proto";
import "google/protobuf/empty.proto";

message Greeting {
  string name = 1;
}

message Answer {
  string text = 1;
}

message Visit {
  string name = 1;
}

// Greets people, and announces visitors.
service Greeter {
  // The service's name in the registry.
  option (dividere.v1.service) = {name: "greeter"};

  // A request and its answer.
  rpc Greet(Greeting) returns (Answer);

  // Published to every subscriber, and not answered.
  rpc Announce(Visit) returns (google.protobuf.Empty) {
    option (dividere.v1.method) = {pattern: PUBLISH};
  }
}
`;

/** Returns the files that a project lacks, and the lines that its existing files lack. */
export function projectFiles(cwd: string): Todo {
  const out = existsSync(join(cwd, "src")) ? "src/gen" : "gen";
  const steps: Step[] = [];
  const notes: Note[] = [];
  for (const wanted of [
    {
      file: "buf.yaml",
      content: bufYaml,
      about: `modules ${protoFolder} and ${annotations}`,
      needs: annotations,
      advice: ["is there already; it needs this under modules:", `  - path: ${annotations}`],
    },
    {
      file: "buf.gen.yaml",
      content: bufGenYaml(out),
      about: `ts-proto and protoc-gen-dividere, to ${out}`,
      needs: "protoc-gen-dividere",
      advice: [
        "is there already; it needs this under plugins, beside ts-proto:",
        "  - local: protoc-gen-dividere",
        `    out: ${out}`,
      ],
    },
  ]) {
    const path = join(cwd, wanted.file);
    if (!existsSync(path)) {
      steps.push({
        title: `Create ${wanted.file}`,
        done: `Created ${wanted.file}`,
        details: [wanted.about],
        file: wanted.file,
        isNew: true,
        content: () => wanted.content,
      });
    } else if (!readFileSync(path, "utf8").includes(wanted.needs)) {
      notes.push({ file: wanted.file, lines: wanted.advice });
    }
  }
  if (!hasProtos(cwd)) {
    const file = `${protoFolder}/greeter.proto`;
    steps.push({
      title: `Create ${file}`,
      done: `Created ${file}`,
      details: ["a first service: one request, one event"],
      file,
      isNew: true,
      content: () => firstProto,
    });
  }
  return { steps, notes };
}

function hasProtos(cwd: string): boolean {
  const folder = join(cwd, protoFolder);
  return (
    existsSync(folder) &&
    readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith(".proto"))
  );
}
