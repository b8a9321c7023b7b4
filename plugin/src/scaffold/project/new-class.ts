import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "./project.js";
import type { Reactor } from "./reactors.js";

/** The file that a class goes to: `MyGreeter` to `my-greeter.ts`. */
export function fileNameOf(className: string): string {
  const kebab = className
    .replace(/([a-z\d])([A-Z])/g, "$1-$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1-$2")
    .toLowerCase();
  return `${kebab}.ts`;
}

/**
 * A name for each class to be written: `MyGreeter`. Services that would share one get the end of their package as well,
 * and all of it where that is not enough: `MyGreeterV2`.
 */
export function classNames(reactors: readonly Reactor[]): Map<Reactor, string> {
  const names = new Map<Reactor, string>();
  for (const reactor of reactors) {
    const parts = reactor.service.split(".").slice(0, -1);
    const short = `My${baseOf(reactor)}`;
    const rivals = reactors.filter((other) => baseOf(other) === baseOf(reactor));
    const last = (other: Reactor) => other.service.split(".").at(-2);
    if (rivals.length === 1) names.set(reactor, short);
    else if (rivals.every((other) => other === reactor || last(other) !== last(reactor))) {
      names.set(reactor, short + pascal(parts.slice(-1)));
    } else names.set(reactor, short + pascal(parts));
  }
  return names;
}

/** What the classes of a service are called before their suffix. */
export function baseOf(reactor: Reactor): string {
  return reactor.name.replace(/(?<=.)(Reactor|Service)$/, "");
}

/** The folder that new files go to: the one asked for, or the sources of the package that the reactor belongs to. */
export function folderFor(project: Project, reactor: Reactor): string {
  const own = project.packageOf(project.cwd);
  const theirs = project.packageOf(reactor.file);
  // From the top of a monorepo a class goes beside its reactor, from another package into that one.
  const home =
    isWithin(theirs, project.cwd) && !/[\\/]node_modules[\\/]/.test(theirs) ? theirs : own;
  const sources = join(home, "src");
  return existsSync(sources) ? sources : home;
}

export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(join(folder, "/"));
}

function pascal(parts: readonly string[]): string {
  return parts
    .flatMap((part) => part.split("_"))
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");
}
