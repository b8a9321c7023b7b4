import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/**
 * Node.js's own `fork`. Its module is loaded by the first call: it brings half of Node's networking with it, and most programs
 * start no process.
 */
export const fork: typeof import("node:child_process").fork = (...args: readonly unknown[]) =>
  (require("node:child_process") as { fork(...args: readonly unknown[]): never }).fork(...args);
