import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ScaffoldError } from "../command/failure.js";
import { packagesFor } from "./content/packages.js";
import { addToObject, membersOf, readJson, setText } from "./json-text.js";
import { created, type Note, type Step, type Todo } from "./step.js";
import type { Surroundings } from "./surroundings.js";

const file = "package.json";
const command = "buf generate";

/** Returns the step that creates package.json, if it is missing. */
export function missingManifest({ cwd }: Surroundings): Todo {
  if (existsSync(join(cwd, file))) return { steps: [], notes: [] };
  const manifest = { name: nameFor(cwd), version: "0.0.0", private: true, type: "module" };
  return {
    steps: [
      {
        title: `Create ${file}`,
        done: `Created ${file}`,
        details: [`the package ${manifest.name}, private, of ES modules`],
        changes: [created(file, `${JSON.stringify(manifest, undefined, 2)}\n`)],
        needed: "Without a package.json there is nothing to set up; nothing was done.",
      },
    ],
    notes: [],
  };
}

/** Returns the steps for package.json: the module type, and the missing script and packages. */
export function planManifest({ cwd, codec, hasPrograms }: Surroundings): Todo {
  const path = join(cwd, file);
  const isThere = existsSync(path);
  const json = readJson(isThere ? readFileSync(path, "utf8") : '{ "type": "module" }');
  if (json === undefined) {
    throw new ScaffoldError("package.json is no JSON object; correct it first.");
  }
  const steps: Step[] = [];
  const notes: Note[] = [];
  if (json["type"] !== "module") {
    if (hasPrograms) {
      notes.push({
        file,
        lines: ['has no "type": "module"; dividere and what is generated are ES modules'],
      });
    } else {
      steps.push({
        title: `Set "type" to "module" in ${file}`,
        done: `Set "type" to "module" in ${file}`,
        details: ["dividere and what is generated are ES modules"],
        changes: [{ file, isNew: false, content: (text) => setText(text, "type", "module") }],
      });
    }
  }
  const scripts = membersOf(json, "scripts");
  if (Object.values(scripts).every((script) => !String(script).includes(command))) {
    if (scripts["generate"] === undefined) {
      steps.push(
        addition("the script generate", "scripts", { generate: command }, [
          `"generate": "${command}"`,
        ]),
      );
    } else {
      notes.push({
        file,
        lines: [`has a script generate already; let it, or another one, run ${command}`],
      });
    }
  }
  const installed = new Set(
    ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"].flatMap((key) =>
      Object.keys(membersOf(json, key)),
    ),
  );
  const wanted = packagesFor(codec, !hasPrograms);
  for (const key of ["dependencies", "devDependencies"] as const) {
    const missing = Object.entries(wanted[key]).filter(([name]) => !installed.has(name));
    if (missing.length === 0) continue;
    const details = missing.map(([name, version]) => `${name} ${version}`);
    steps.push(addition(key, key, Object.fromEntries(missing), details));
  }
  return { steps, notes };
}

function addition(
  what: string,
  key: string,
  entries: Readonly<Record<string, string>>,
  details: readonly string[],
): Step {
  return {
    title: `Add ${what} to ${file}`,
    done: `Added ${what} to ${file}`,
    details,
    changes: [{ file, isNew: false, content: (text) => addToObject(text, key, entries) }],
  };
}

/** Returns the folder's name as a package name that npm accepts. */
function nameFor(cwd: string): string {
  const name = basename(cwd)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return name === "" ? "dividere-project" : name;
}
