import { nearest } from "../nearest.js";
import type { ScaffoldOptions } from "./command/arguments.js";
import { ScaffoldError } from "./command/failure.js";
import { isWithin } from "./project/new-class.js";
import { existing, isDeclaration, isSource, type Project } from "./project/project.js";
import { type Reactor, reactorsIn } from "./project/reactors.js";

/** The reactors and files to work on. */
export interface Discovered {
  /** The requested reactors, grouped by service. */
  readonly services: readonly (readonly Reactor[])[];
  /** Every reactor, so that a class of another reactor is not mistaken for a class of these. */
  readonly reactors: readonly Reactor[];
  /** The files to search for classes. */
  readonly sources: readonly string[];
}

/** @throws ScaffoldError when there are no reactors, or no reactors of the requested services. */
export function discover(project: Project, options: ScaffoldOptions): Discovered {
  const given = options.paths.flatMap((path) => generatedFiles(project, path));
  const roots = topmost([
    project.packageOf(project.cwd),
    project.cwd,
    ...given.filter((file) => !isDeclaration(file)).map((file) => project.packageOf(file)),
  ]);
  const sources = roots.flatMap((root) => project.files(root, isSource));
  const files = [...new Set([...given, ...sources])];
  const reactors = files.flatMap((file) => reactorsIn(project, file));
  const asked =
    options.paths.length > 0 ? reactors.filter(({ file }) => given.includes(file)) : reactors;
  if (asked.length === 0) {
    throw new ScaffoldError(
      "No generated reactors in this package. Run buf generate first, or name the files\nor folders that it writes: dividere-scaffold gen",
    );
  }
  return { services: chosen(byService(asked), options.services), reactors, sources };
}

/** Returns the generated files that a path names. @throws ScaffoldError when there are none. */
function generatedFiles(project: Project, path: string): string[] {
  const { path: real, isFolder } = existing(project.cwd, path);
  const withReactors = (files: readonly string[]) =>
    files.filter((file) => reactorsIn(project, file).length > 0);
  const found = withReactors(isFolder ? project.files(real, isSource) : [real]);
  if (found.length > 0) return found;
  // A package may ship declarations only.
  const declared = isFolder ? withReactors(project.files(real, isDeclaration)) : [];
  if (declared.length > 0) return declared;
  throw new ScaffoldError(
    `No generated reactors in ${path}. They are in the files that protoc-gen-dividere writes,\nsuch as greeter_dividere.ts; run buf generate first.`,
  );
}

function topmost(folders: readonly string[]): string[] {
  return [...new Set(folders)].filter(
    (folder, _, all) => !all.some((other) => other !== folder && isWithin(folder, other)),
  );
}

function byService(reactors: readonly Reactor[]): Reactor[][] {
  const services = new Map<string, Reactor[]>();
  for (const reactor of reactors) {
    const key = `${reactor.file}\0${reactor.service}`;
    services.set(key, [...(services.get(key) ?? []), reactor]);
  }
  return [...services.values()];
}

function chosen(services: readonly Reactor[][], names: readonly string[]): Reactor[][] {
  if (names.length === 0) return [...services];
  const nameOf = ([first]: readonly Reactor[]) => first?.service ?? "";
  const known = services.map(nameOf);
  for (const name of names) {
    if (!known.some((full) => answersTo(full, name))) {
      const meant = nearest(
        name,
        known.map((full) => (name.includes(".") ? full : lastPart(full))),
      );
      throw new ScaffoldError(
        `There is no service ${name}${meant === undefined ? "" : `; did you mean ${meant}?`}\nThe services are ${known.join(", ")}.`,
      );
    }
  }
  return services.filter((service) => names.some((name) => answersTo(nameOf(service), name)));
}

function answersTo(full: string, name: string): boolean {
  return full === name || lastPart(full) === name;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
