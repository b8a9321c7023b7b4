import { existsSync, realpathSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ScaffoldOptions } from "./command/arguments.js";
import { ScaffoldError } from "./command/failure.js";
import { classNames, fileNameOf, folderFor } from "./project/new-class.js";
import { isDeclaration, type Project } from "./project/project.js";
import type { Reactor } from "./project/reactors.js";
import type { Subclass } from "./project/subclasses.js";

/** A class to write. */
export interface NewClass {
  readonly name: string;
  readonly file: string;
  readonly reactor: Reactor;
  /** The user's own class between the new one and the reactor. */
  readonly parent: Subclass | undefined;
}

/** The classes to write for services that have none. @throws ScaffoldError when one of them cannot be written. */
export function newClasses(
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
