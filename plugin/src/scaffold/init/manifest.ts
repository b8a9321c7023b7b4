import { readFileSync } from "node:fs";
import { ScaffoldError } from "../command/failure.js";
import { addToObject, readJson } from "./json-text.js";
import { packages } from "./packages.js";
import type { Note, Step, Todo } from "./step.js";

const command = "buf generate";

/** Returns the steps for package.json: the missing script and packages. */
export function planManifest(path: string): Todo {
  const json = readJson(readFileSync(path, "utf8"));
  if (json === undefined) {
    throw new ScaffoldError("package.json is no JSON object; correct it first.");
  }
  const steps: Step[] = [];
  const notes: Note[] = [];
  const scripts = members(json["scripts"]);
  const present = scripts["generate"];
  if (Object.values(scripts).every((script) => !String(script).includes(command))) {
    if (present === undefined) {
      steps.push(
        edit("the script generate", [`"generate": "${command}"`], (text) =>
          addToObject(text, "scripts", { generate: command }),
        ),
      );
    } else {
      notes.push({
        file: "package.json",
        lines: [`has a script generate already; let it, or another one, run ${command}`],
      });
    }
  }
  const installed = new Set(
    ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"].flatMap((key) =>
      Object.keys(members(json[key])),
    ),
  );
  const missing = (wanted: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(wanted).filter(([name]) => !installed.has(name)));
  for (const key of ["dependencies", "devDependencies"] as const) {
    const wanted = missing(packages[key]);
    if (Object.keys(wanted).length === 0) continue;
    steps.push(
      edit(
        key,
        Object.entries(wanted).map(([name, version]) => `${name} ${version}`),
        (text) => addToObject(text, key, wanted),
      ),
    );
  }
  if (json["type"] !== "module") {
    notes.push({
      file: "package.json",
      lines: ['has no "type": "module"; dividere and what is generated are ES modules'],
    });
  }
  return { steps, notes };
}

function edit(what: string, details: readonly string[], change: (text: string) => string): Step {
  return {
    title: `Add ${what} to package.json`,
    done: `Added ${what} to package.json`,
    details,
    file: "package.json",
    isNew: false,
    content: change,
  };
}

function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
