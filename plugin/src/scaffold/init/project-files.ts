import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { annotations, bufGenYaml, bufYaml, dividereEntry, protoFolder } from "./content/buf.js";
import { firstPrograms, firstProto, firstScripts, tsconfig } from "./content/first-service.js";
import { addToObject, membersOf, readJson } from "./json-text.js";
import { created, creation, type Note, type Step, type Todo } from "./step.js";
import type { Surroundings } from "./surroundings.js";

const firstProtoFile = `${protoFolder}/greeter.proto`;

/** Returns the files that a project lacks, and the lines that its existing files lack. */
export function projectFiles(found: Surroundings): Todo {
  const { cwd, codec, out } = found;
  const generator = codec === "es" ? "protoc-gen-es" : "ts-proto";
  const steps: Step[] = [];
  const notes: Note[] = [];
  for (const wanted of [
    {
      file: "buf.yaml",
      content: bufYaml,
      about: `modules ${protoFolder} and ${annotations}`,
      needs: /node_modules\/dividere\/proto/,
      advice: ["is there already; it needs this under modules:", `  - path: ${annotations}`],
    },
    {
      file: "buf.gen.yaml",
      content: bufGenYaml(out, codec),
      about: `${generator} and protoc-gen-dividere, to ${out}`,
      needs: /protoc-gen-dividere(?!-messages)/,
      advice: [
        `is there already; it needs this under plugins, beside ${generator}:`,
        ...dividereEntry(out, codec),
      ],
    },
    {
      file: "tsconfig.json",
      // A project with programs and no tsconfig.json stays without.
      content: found.hasPrograms ? undefined : tsconfig,
      about: "ES modules for Node.js, and await using",
      // The file that it extends may have the entry.
      needs: /disposable|esnext|"extends"/i,
      advice: ['is there already; "await using" needs this in its "lib":', '  "esnext.disposable"'],
    },
  ]) {
    const path = join(cwd, wanted.file);
    if (!existsSync(path)) {
      if (wanted.content !== undefined) {
        steps.push(creation(wanted.file, wanted.content, wanted.about));
      }
    } else if (!wanted.needs.test(readFileSync(path, "utf8"))) {
      notes.push({ file: wanted.file, lines: wanted.advice });
    }
  }
  if (!found.hasProtos) steps.push(firstService(found));
  return { steps, notes };
}

/** Returns the step that creates a proto and, in a project without programs, a server and a client. */
function firstService({ codec, folder, hasPrograms }: Surroundings): Step {
  const about = "a first service: one request, one event";
  if (hasPrograms) return creation(firstProtoFile, firstProto, about);
  const programs = Object.entries(firstPrograms(codec));
  const names = programs.map(([name]) => folder + name);
  const list = `${[firstProtoFile, ...names.slice(0, -1)].join(", ")} and ${names.at(-1)}`;
  return {
    title: `Create ${list}`,
    done: `Created ${list}`,
    details: [about, "and the scripts that run it: start, server, client"],
    changes: [
      created(firstProtoFile, firstProto),
      ...programs.map(([name, content]) => created(folder + name, content)),
      {
        file: "package.json",
        isNew: false,
        content: (text) => addToObject(text, "scripts", missingScripts(text, firstScripts(folder))),
      },
    ],
  };
}

/** Leaves out the user's own scripts, and prestart if the user has a start. */
function missingScripts(
  manifest: string,
  scripts: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const present = new Set(Object.keys(membersOf(readJson(manifest), "scripts")));
  if (present.has("start")) present.add("prestart");
  return Object.fromEntries(Object.entries(scripts).filter(([name]) => !present.has(name)));
}
