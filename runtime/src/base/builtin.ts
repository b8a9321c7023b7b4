import { createRequire } from "node:module";

/** Modules of Node.js that take longer to load than most of this package, and that few programs use. */
interface Builtins {
  readonly "node:child_process": typeof import("node:child_process");
  readonly "node:crypto": typeof import("node:crypto");
  readonly "node:fs": typeof import("node:fs");
  readonly "node:net": typeof import("node:net");
  readonly "node:v8": typeof import("node:v8");
}

const require = createRequire(import.meta.url);

/** Returns a module of Node.js, which the first call loads; an import would load it at the start. */
export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] {
  return require(name) as Builtins[Name];
}
