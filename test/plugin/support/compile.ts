import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { script } from "../../../scripts/program.mjs";
import { inFolder, root, write } from "./generate.js";

/** How strictly generated code is compiled here: what the guide says it takes. */
export const strictest: Readonly<Record<string, boolean>> = {
  strict: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  isolatedDeclarations: true,
  declaration: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
};

/** What the compiler says of each file that does not compile. */
export function compileErrors(
  files: Readonly<Record<string, string>>,
  options: Readonly<Record<string, boolean>> = { strict: true },
  modules: Readonly<Record<string, string>> = { module: "nodenext" },
): Map<string, string[]> {
  return inFolder((folder) => {
    mkdirSync(join(folder, "out"));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
    write(folder, {
      "package.json": JSON.stringify({ type: "module" }),
      "tsconfig.json": JSON.stringify({
        compilerOptions: {
          target: "es2022",
          lib: ["es2023", "esnext.disposable"],
          ...modules,
          allowImportingTsExtensions: true,
          types: ["node"],
          skipLibCheck: true,
          noEmit: true,
          ...options,
        },
        include: ["out"],
      }),
    });
    write(join(folder, "out"), files);
    const found = new Map<string, string[]>();
    for (;;) {
      const errors = runCompiler(folder);
      for (const [file, messages] of errors) found.set(file, messages);
      // While a file is no TypeScript at all the compiler says nothing of types, so such files are taken away.
      const broken = [...errors].filter(([, messages]) =>
        messages.some((text) => /^TS1\d{3}:/.test(text)),
      );
      if (broken.length === 0) return found;
      for (const [file] of broken) rmSync(join(folder, "out", file));
    }
  });
}

function runCompiler(folder: string): Map<string, string[]> {
  const { stdout, status } = spawnSync(
    process.execPath,
    [script("tsc"), "-p", folder, "--pretty", "false"],
    {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 2 ** 30,
    },
  );
  const errors = new Map<string, string[]>();
  for (const [, file = "", text = ""] of stdout.matchAll(
    /^out\/(\S+?)\(\d+,\d+\): error (.*)$/gm,
  )) {
    errors.set(file, [...(errors.get(file) ?? []), text]);
  }
  if (status !== 0 && errors.size === 0)
    throw new Error(`tsc failed without naming a file:\n${stdout}`);
  return errors;
}
