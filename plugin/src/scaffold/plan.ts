import { existsSync } from "node:fs";
import { join } from "node:path";
import type { SourceFile } from "ts-morph";
import type { ScaffoldOptions } from "./command/arguments.js";
import type { Discovered } from "./discover.js";
import { type Insertion, insert } from "./edit/edits.js";
import { extendClass } from "./edit/extend-class.js";
import { type FormerHandler, formerHandlers } from "./edit/former-handlers.js";
import { handlerText } from "./edit/handler-text.js";
import { Imports } from "./edit/imports.js";
import { missingHandlers } from "./edit/members.js";
import { type Rename, renameMethods, renamesIn } from "./edit/renames.js";
import { memberStyleOf, type Style, styleOf } from "./edit/style.js";
import { type NewClass, newClasses } from "./plan-classes.js";
import type { Handler } from "./project/handlers.js";
import type { Project } from "./project/project.js";
import { type Reactor, reactorsIn } from "./project/reactors.js";
import { endingOf } from "./project/specifiers.js";
import { findSubclasses, type Subclass } from "./project/subclasses.js";

/** The planned change of one file. */
export interface Plan {
  readonly file: string;
  /** Undefined if the file does not exist yet. */
  readonly before: string | undefined;
  readonly after: string;
  readonly classes: readonly PlannedClass[];
}

/** The findings about a class, and the handlers to add. */
export interface PlannedClass {
  readonly name: string;
  /** Undefined for a class that does not exist yet. */
  readonly line: number | undefined;
  readonly reactor: Reactor;
  /** The name of the class that a new class extends. */
  readonly base: string;
  readonly added: readonly Handler[];
  readonly renamed: readonly Rename[];
  /** The methods that were handlers once and are none any more. */
  readonly leftovers: readonly FormerHandler[];
}

/** The number of files to read for the style of a project. */
const sampleSize = 12;

/** Plans all additions; writes nothing. */
export function plan(
  project: Project,
  { services, reactors, sources }: Discovered,
  options: ScaffoldOptions,
): Plan[] {
  const asked = new Set(services.flat());
  const found = findSubclasses(project, sources, reactors).filter(({ reactor }) =>
    asked.has(reactor),
  );
  const concrete = found.filter(({ abstract }) => !abstract);
  const named = concrete.filter(({ name }) => name === options.className);
  const chosen = named.length > 0 ? named : options.className === undefined ? concrete : [];
  const bare = services.filter(
    (service) => named.length === 0 && !chosen.some(({ reactor }) => service.includes(reactor)),
  );
  const fresh = newClasses(project, bare, found, options);
  const files = new Set([...chosen.map(({ file }) => file), ...fresh.map(({ file }) => file)]);
  return [...files].map((file) =>
    planFile(
      project,
      file,
      chosen.filter((one) => one.file === file),
      fresh.filter((one) => one.file === file),
      { sources, chosen },
    ),
  );
}

interface Surroundings {
  readonly sources: readonly string[];
  readonly chosen: readonly Subclass[];
}

function planFile(
  project: Project,
  file: string,
  classes: readonly Subclass[],
  fresh: readonly NewClass[],
  { sources, chosen }: Surroundings,
): Plan {
  const before = existsSync(file) ? project.text(file) : undefined;
  const source = before === undefined ? undefined : project.parse(file);
  const own = source === undefined ? [] : [{ source, text: project.text(file) }];
  const style = styleOf(own, () => samples(project, file, sources));
  const target = source ?? project.empty(file);
  const imports = new Imports(project, target, style);
  const markUnused = project.refusesUnusedParameters(file);
  const insertions: Insertion[] = [];
  const planned: PlannedClass[] = [];

  for (const subclass of classes) {
    const { node, reactor, through } = subclass;
    const missing = missingHandlers(subclass);
    const former = formerHandlers(project, subclass);
    const renamed = renamesIn(project, subclass, former, missing);
    const added = missing.filter(
      (handler) =>
        !renamed.some((rename) => rename.handler === handler) &&
        !willInherit(subclass, handler, chosen),
    );
    const names = new Map(renamed.map(({ former, handler }) => [former.name, handler.name]));
    const members = memberStyleOf(
      node,
      style,
      new Set([...names.keys(), ...reactor.handlers.map(({ name }) => name)]),
    );
    const around = { reactor, through, imports, style, members, markUnused };
    insertions.push(...renameMethods(node, renamed), ...extendClass(node, added, around, names));
    planned.push({
      name: subclass.name,
      line: node.getStartLineNumber(),
      reactor,
      base: reactor.name,
      added,
      renamed,
      leftovers: former.filter((one) => !names.has(one.name)),
    });
  }

  for (const one of fresh) imports.reserve(one.name);
  const texts = fresh.map((one) => {
    const added = handlersOf(one);
    planned.push({
      name: one.name,
      line: undefined,
      reactor: one.reactor,
      base: (one.parent ?? one.reactor).name,
      added,
      renamed: [],
      leftovers: [],
    });
    return classText(one, added, imports, style, markUnused);
  });
  return {
    file,
    before,
    after: result(target, before, insertions, imports, texts, style),
    classes: planned,
  };
}

/** Whether the plan adds the handler to a base class of this class. */
function willInherit(subclass: Subclass, handler: Handler, chosen: readonly Subclass[]): boolean {
  return chosen.some(
    (other) =>
      subclass.ancestors.includes(other.node) &&
      missingHandlers(other).some(({ name }) => name === handler.name),
  );
}

function handlersOf({ reactor, parent }: NewClass): readonly Handler[] {
  return parent === undefined ? reactor.handlers : missingHandlers(parent);
}

function classText(
  { name, reactor, parent, file }: NewClass,
  added: readonly Handler[],
  imports: Imports,
  style: Style,
  markUnused: boolean,
): string {
  const { indentation, newline } = style;
  const base =
    parent === undefined
      ? imports.fromReactor(reactor)
      : parent.file === file
        ? parent.name
        : imports.fromFile(parent.name, parent.file, endingFor(reactor));
  const members = { indentation, spaced: true, modifiers: "", context: undefined };
  const body = added.map(
    (handler) =>
      indentation +
      handlerText(handler, { reactor, through: undefined, imports, style, members, markUnused }),
  );
  const lines = body.length === 0 ? "" : newline + body.join(newline.repeat(2)) + newline;
  return `export class ${name} extends ${base} {${lines}}${newline}`;
}

function endingFor(reactor: Reactor): string {
  const symbols = reactor.handlers.flatMap(({ request }) => request.uses);
  return endingOf(symbols[0]?.symbol.specifier ?? ".js");
}

function result(
  source: SourceFile,
  before: string | undefined,
  insertions: readonly Insertion[],
  imports: Imports,
  classes: readonly string[],
  { newline }: Style,
): string {
  const text = source.getFullText();
  if (text.trim() === "" && classes.length > 0) {
    return imports.header() + newline + classes.join(newline);
  }
  const mark = before?.startsWith("\uFEFF") === true ? "\uFEFF" : "";
  const changed = mark + insert(text, [...insertions, ...imports.insertions()]);
  const end = changed.endsWith("\n") ? "" : newline;
  return classes.length === 0 ? changed : [changed + end, ...classes].join(newline);
}

/** Returns the hand-written files, those in the same folder first. */
function samples(
  project: Project,
  file: string,
  sources: readonly string[],
): { source: SourceFile; text: string }[] {
  const folder = join(file, "..");
  return sources
    .filter((path) => path !== file && !isGenerated(project, path))
    .sort((a, b) => Number(join(b, "..") === folder) - Number(join(a, "..") === folder))
    .slice(0, sampleSize)
    .map((path) => ({ source: project.parse(path), text: project.text(path) }));
}

function isGenerated(project: Project, file: string): boolean {
  return (
    /@generated|Code generated by/.test(project.text(file).slice(0, 2000)) ||
    reactorsIn(project, file).length > 0
  );
}
