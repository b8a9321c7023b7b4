import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { InitOptions } from "../command/arguments.js";
import { ScaffoldError } from "../command/failure.js";
import type { Terminal } from "../command/terminal.js";
import { writeFile } from "../edit/write-file.js";
import { missingManifest, planManifest } from "./manifest.js";
import { advice } from "./next-steps.js";
import { projectFiles } from "./project-files.js";
import { Questions } from "./questions.js";
import type { Step, Todo } from "./step.js";
import { lookAround } from "./surroundings.js";

/**
 * Sets up a project for dividere: asks before each change, and overwrites no file.
 *
 * @returns the exit status: 1 if steps remain and there is no terminal to ask at, and 0 otherwise
 */
export async function init(cwd: string, options: InitOptions, terminal: Terminal): Promise<number> {
  refuseFolderInside(cwd);
  const found = lookAround(cwd, options.codec);
  const { steps, notes } = merged([
    missingManifest(found),
    projectFiles(found),
    planManifest(found),
  ]);
  const say = (text: string) => terminal.stdout.write(`${text}\n`);
  for (const { file, lines } of notes) say([`${file}: ${lines[0]}`, ...lines.slice(1)].join("\n"));
  if (steps.length === 0) {
    say("Nothing to do: the project is set up.");
    return 0;
  }
  if (!options.yes && terminal.stdin.isTTY !== true) {
    say("Would do:");
    for (const step of steps) say(listed(step));
    say("There is no terminal to ask at, so nothing was done. To do it all, add --yes.");
    return 1;
  }
  const done = options.yes ? steps : await agreed(steps, terminal);
  for (const step of done) {
    carryOut(cwd, step);
    say(step.done);
  }
  say(advice(found, done.length === steps.length));
  return 0;
}

/** Refuses a folder inside a project: it is hardly meant to become a project of its own. */
function refuseFolderInside(cwd: string): void {
  if (existsSync(join(cwd, "package.json"))) return;
  for (let folder = dirname(cwd); folder !== dirname(folder); folder = dirname(folder)) {
    if (!existsSync(join(folder, "package.json"))) continue;
    throw new ScaffoldError(
      `There is no package.json in this folder. Run npm init first, or go to the\nproject's folder: ${folder}`,
    );
  }
}

function merged(todos: readonly Todo[]): Todo {
  return {
    steps: todos.flatMap(({ steps }) => steps),
    notes: todos.flatMap(({ notes }) => notes),
  };
}

function listed({ title, details }: Step): string {
  return [`  ${title}`, ...details.map((line) => `      ${line}`)].join("\n");
}

/** @throws ScaffoldError when the user declines a step that all others need; nothing is done then. */
async function agreed(steps: readonly Step[], terminal: Terminal): Promise<Step[]> {
  using questions = new Questions(terminal);
  const result: Step[] = [];
  for (const step of steps) {
    for (const line of step.details) terminal.stdout.write(`    ${line}\n`);
    if (await questions.ask(`${step.title}?`)) result.push(step);
    else if (step.needed !== undefined) throw new ScaffoldError(step.needed);
  }
  return result;
}

function carryOut(cwd: string, { changes }: Step): void {
  for (const { file, isNew, content } of changes) {
    const path = join(cwd, file);
    // A file that was created after init began is not replaced either.
    writeFile(path, isNew ? content("") : content(readFileSync(path, "utf8")), isNew);
  }
}
