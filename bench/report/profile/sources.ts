import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The comment that esbuild writes before each module that it bundles: `// runtime/src/base/log.ts`. */
const MODULE = /^\/\/ (\S+\.(?:ts|js|mjs|cjs))$/;

/** Finds the modules in bundles. */
export class Sources {
  readonly #modules = new Map<
    string,
    readonly { readonly line: number; readonly path: string }[]
  >();

  /** Returns the file in which a line of a script was written; the script itself if it is no bundle. */
  pathOf(url: string, line: number): string {
    const script = url.startsWith("file:") ? fileURLToPath(url) : url;
    const modules = this.#modulesOf(script);
    return modules.findLast((module) => module.line <= line)?.path ?? script;
  }

  #modulesOf(script: string): readonly { readonly line: number; readonly path: string }[] {
    let modules = this.#modules.get(script);
    if (modules === undefined) {
      const text = existsSync(script) ? readFileSync(script, "utf8") : "";
      modules = text.split("\n").flatMap((content, line) => {
        const path = MODULE.exec(content)?.[1];
        return path === undefined ? [] : [{ line, path }];
      });
      this.#modules.set(script, modules);
    }
    return modules;
  }
}
