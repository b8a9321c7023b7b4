import type { ScaffoldOptions } from "./command/arguments.js";
import type { Rename } from "./edit/renames.js";
import type { Plan, PlannedClass } from "./plan.js";
import type { Project } from "./project/project.js";

/** Reports made or planned changes with their places, and leftover handlers. */
export function report(
  project: Project,
  plans: readonly Plan[],
  { check, dryRun }: ScaffoldOptions,
): string {
  const written = !check && !dryRun;
  const lines = plans.flatMap(({ file, before, classes }) =>
    classes
      .filter(
        ({ line, added, renamed, leftovers }) =>
          line === undefined || added.length + renamed.length + leftovers.length > 0,
      )
      .flatMap((one) => [
        `${heading(project.show(file), one, before === undefined, written)}`,
        ...one.renamed.map(renaming),
        ...one.added.map(({ name }) => `  + ${name}`),
        ...one.leftovers.map(
          ({ name, line }) =>
            `  ? ${name}, line ${line}: no rpc of ${one.reactor.service} needs it; kept`,
        ),
      ]),
  );
  return [...lines, summary(plans, written), ""].join("\n");
}

function heading(file: string, one: PlannedClass, isNewFile: boolean, written: boolean): string {
  const { name, line, added, renamed, reactor, base } = one;
  if (line === undefined) {
    const what = written ? "new class" : `no class extends ${reactor.name} yet; to be written:`;
    return `${file}: ${what} ${name}${written && isNewFile ? ` extends ${base}` : ""}`;
  }
  const state = stateOf(added.length, renamed.length, written);
  return `${file}:${line}: ${name === "" ? "class without a name" : `class ${name}`}, ${state}`;
}

function stateOf(added: number, renamed: number, written: boolean): string {
  if (added > 0) return written ? "added" : "lacks";
  if (renamed > 0) return written ? "renamed" : "to be renamed";
  return "complete";
}

/** A method that gets a new name, with a question where another handler could be meant. */
function renaming({ former, handler, others }: Rename): string {
  const also = others.map(({ name }) => name).join(" or ");
  const line = `  ~ ${former.name} -> ${handler.name}, line ${former.line}`;
  return also === "" ? line : `${line}; make sure that it is not ${also}`;
}

function summary(plans: readonly Plan[], written: boolean): string {
  const classes = plans.flatMap((plan) => plan.classes);
  const handlers = classes.reduce((sum, { added }) => sum + added.length, 0);
  const fresh = classes.filter(({ line }) => line === undefined).length;
  const renamed = classes.reduce((sum, one) => sum + one.renamed.length, 0);
  if (handlers === 0 && fresh === 0 && renamed === 0) {
    return `Nothing is missing: ${count(classes.length, "class has", "classes have")} every handler.`;
  }
  const parts = [
    ...(fresh > 0 ? [count(fresh, "class", "classes")] : []),
    ...(handlers > 0 ? [count(handlers, "handler", "handlers")] : []),
  ];
  const missing = parts.join(" and ");
  const former = count(renamed, "handler", "handlers");
  const sentences = written
    ? [
        ...(renamed > 0 ? [`Renamed ${former}.`] : []),
        ...(missing === ""
          ? []
          : [`Wrote ${missing}${handlers > 0 ? "; a handler throws until you fill it in" : ""}.`]),
      ]
    : [
        ...(renamed > 0 ? [`To be renamed: ${former}.`] : []),
        ...(missing === "" ? [] : [`Missing: ${missing}.`]),
        `Run dividere-scaffold to ${verbs(renamed, fresh + handlers)}.`,
      ];
  return sentences.join(" ");
}

function verbs(renamed: number, missing: number): string {
  const one = renamed + missing === 1 ? "it" : "them";
  return [...(renamed > 0 ? ["rename"] : []), ...(missing > 0 ? ["write"] : [])]
    .join(" and ")
    .concat(` ${one}`);
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
