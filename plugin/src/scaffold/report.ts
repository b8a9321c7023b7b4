import type { ScaffoldOptions } from "./command/arguments.js";
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
        ({ line, added, leftovers }) => line === undefined || added.length + leftovers.length > 0,
      )
      .flatMap((one) => [
        `${heading(project.show(file), one, before === undefined, written)}`,
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
  const { name, line, added, reactor, base } = one;
  if (line === undefined) {
    const what = written ? "new class" : `no class extends ${reactor.name} yet; to be written:`;
    return `${file}: ${what} ${name}${written && isNewFile ? ` extends ${base}` : ""}`;
  }
  const state = added.length === 0 ? "complete" : written ? "added" : "lacks";
  return `${file}:${line}: ${name === "" ? "class without a name" : `class ${name}`}, ${state}`;
}

function summary(plans: readonly Plan[], written: boolean): string {
  const classes = plans.flatMap((plan) => plan.classes);
  const handlers = classes.reduce((sum, { added }) => sum + added.length, 0);
  const fresh = classes.filter(({ line }) => line === undefined).length;
  if (handlers === 0 && fresh === 0) {
    return `Nothing is missing: ${count(classes.length, "class has", "classes have")} every handler.`;
  }
  const parts = [
    ...(fresh > 0 ? [count(fresh, "class", "classes")] : []),
    ...(handlers > 0 ? [count(handlers, "handler", "handlers")] : []),
  ];
  return written
    ? `Wrote ${parts.join(" and ")}${handlers > 0 ? "; a handler throws until you fill it in" : ""}.`
    : `Missing: ${parts.join(" and ")}. Run dividere-scaffold to write ${fresh + handlers === 1 ? "it" : "them"}.`;
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
