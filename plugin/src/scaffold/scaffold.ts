import type { ScaffoldOptions } from "./command/arguments.js";
import { ScaffoldError } from "./command/failure.js";
import type { Terminal } from "./command/terminal.js";
import { discover } from "./discover.js";
import { unifiedDiff } from "./edit/unified-diff.js";
import { writeFile } from "./edit/write-file.js";
import { type Plan, plan } from "./plan.js";
import { Project } from "./project/project.js";
import { syntaxMistake } from "./project/syntax.js";
import { report } from "./report.js";

/**
 * Writes, or shows, the missing classes and handlers.
 *
 * @returns the exit status: 1 when `check` found missing handlers or classes, and 0 otherwise
 * @throws ScaffoldError when the project cannot be read, before anything is written, or a file cannot be written.
 */
export function scaffold(cwd: string, options: ScaffoldOptions, terminal: Terminal): number {
  const project = new Project(cwd);
  const plans = plan(project, discover(project, options), options);
  for (const { file, before, after } of plans) check(project, file, before, after);
  const changed = plans.filter(({ before, after }) => before !== after);
  if (options.dryRun) {
    for (const { file, before, after } of changed) {
      const diff = unifiedDiff(project.show(file), before, after);
      terminal.stdout.write(terminal.stdout.isTTY === true ? coloured(diff) : diff);
    }
  } else if (!options.check) {
    for (const { file, before, after } of changed) writeFile(file, after, before === undefined);
  }
  // A dry run writes only the diff to stdout, for `git apply`.
  const stream = options.dryRun ? terminal.stderr : terminal.stdout;
  stream.write(report(project, plans, options));
  return options.check && changed.length > 0 ? 1 : 0;
}

/** Refuses to change a file that does not parse, or into a text that does not parse. */
function check(project: Project, file: string, before: Plan["before"], after: string): void {
  if (before === after) return;
  const mistake = before === undefined ? undefined : syntaxMistake(file, before);
  if (mistake !== undefined) {
    throw new ScaffoldError(
      `${project.show(file)}:${mistake}\nCorrect this first; nothing was written.`,
    );
  }
  const own = syntaxMistake(file, after);
  if (own !== undefined) {
    throw new Error(`Writing ${file} would have made it wrong at ${own}; nothing was written`);
  }
}

function coloured(diff: string): string {
  if (process.env["NO_COLOR"]) return diff;
  const colours: Readonly<Record<string, number>> = { "+": 32, "-": 31, "@": 36 };
  return diff.replace(
    /^([+\-@])(.*?)(\r?)$/gm,
    (_, mark: string, rest: string, end: string) =>
      `\u001b[${colours[mark]}m${mark}${rest}\u001b[39m${end}`,
  );
}
