import { existsSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import type { SourceFile } from "ts-morph";
import type { ScaffoldOptions } from "./command/arguments.js";
import { ScaffoldError } from "./command/failure.js";
import type { Discovered } from "./discover.js";
import { type Insertion, insert } from "./edit/edits.js";
import { extendClass } from "./edit/extend-class.js";
import { handlerText } from "./edit/handler-text.js";
import { Imports } from "./edit/imports.js";
import { type Leftover, leftovers, missingHandlers } from "./edit/members.js";
import { memberStyleOf, type Style, styleOf } from "./edit/style.js";
import { classNames, fileNameOf, folderFor } from "./project/new-class.js";
import { isDeclaration, type Project } from "./project/project.js";
import { type Handler, type Reactor, reactorsIn } from "./project/reactors.js";
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
  readonly leftovers: readonly Leftover[];
}

/** A class to write. */
interface NewClass {
  readonly name: string;
  readonly file: string;
  readonly reactor: Reactor;
  /** The user's own class between the new one and the reactor. */
  readonly parent: Subclass | undefined;
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
    const added = missingHandlers(subclass).filter(
      (handler) => !willInherit(subclass, handler, chosen),
    );
    const members = memberStyleOf(node, style, new Set(reactor.handlers.map(({ name }) => name)));
    insertions.push(
      ...extendClass(node, added, { reactor, through, imports, style, members, markUnused }),
    );
    planned.push({
      name: subclass.name,
      line: node.getStartLineNumber(),
      reactor,
      base: reactor.name,
      added,
      leftovers: leftovers(project, subclass),
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

function newClasses(
  project: Project,
  services: readonly (readonly Reactor[])[],
  found: readonly Subclass[],
  options: ScaffoldOptions,
): NewClass[] {
  const bases = services.map((service) => baseOf(service, options));
  if (options.className !== undefined && bases.length > 1) {
    throw new ScaffoldError(
      `--class names one class, and there are ${bases.length} services. Choose one with --service:\n${bases.map(({ service }) => `  ${service}`).join("\n")}`,
    );
  }
  const names = classNames(bases);
  return bases.map((reactor) => {
    const name = options.className ?? names.get(reactor) ?? "";
    const folder =
      options.out === undefined ? folderFor(project, reactor) : resolve(project.cwd, options.out);
    const path = join(folder, fileNameOf(name));
    // Links are followed, so that each file has only one name.
    const file = existsSync(path) ? realpathSync(path) : path;
    if (existsSync(file) && project.parse(file).getClass(name) !== undefined) {
      throw new ScaffoldError(
        `${project.show(file)} has a class ${name} that does not extend ${reactor.name}.\nLet it do so, or choose another name with --class.`,
      );
    }
    return { name, file, reactor, parent: parentOf(reactor, found) };
  });
}

function baseOf(service: readonly Reactor[], { base }: ScaffoldOptions): Reactor {
  const reactor = service.find(({ kind }) => kind === base);
  if (reactor !== undefined) return reactor;
  throw new ScaffoldError(
    `${service[0]?.service} has no generated ${base} class; see the plugin's options, or leave --base out.`,
  );
}

/** Returns the user's class that the new class extends, if exactly one abstract class is exported for that purpose. */
function parentOf(reactor: Reactor, found: readonly Subclass[]): Subclass | undefined {
  const abstract = found.filter(
    (one) =>
      one.abstract &&
      one.reactor === reactor &&
      "isExported" in one.node &&
      one.node.isExported() &&
      !one.node.isDefaultExport() &&
      !isDeclaration(one.file),
  );
  const [only, another] = abstract.filter(
    ({ node }) => !abstract.some((other) => other.ancestors.includes(node)),
  );
  return another === undefined ? only : undefined;
}
