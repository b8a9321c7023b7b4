import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "./project.js";
import type { Reactor } from "./reactors.js";

/** Returns the file name for a class: `my-greeter.ts` for `MyGreeter`. */
export function fileNameOf(className: string): string {
  const kebab = className
    .replace(/([a-z\d])([A-Z])/g, "$1-$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1-$2")
    .toLowerCase();
  return `${kebab}.ts`;
}

/**
 * Names each class to write: `MyGreeter`. If services would share a name, the name includes the end of the package, or the
 * whole package if that is not enough: `MyGreeterV2`.
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

/** Returns the name of a service's classes without their suffix. */
export function baseOf(reactor: Reactor): string {
  return reactor.name.replace(/(?<=.)(Reactor|Service)$/, "");
}

/** Returns the folder for new files: the requested folder, or the source folder of the reactor's package. */
export function folderFor(project: Project, reactor: Reactor): string {
  const own = project.packageOf(project.cwd);
  const theirs = project.packageOf(reactor.file);
  // In the top folder of a monorepo, a class goes into the package of its reactor; in another package, into that package.
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
