import { isAbsolute } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { builtin } from "../../../base/builtin.js";
import { toError } from "../../../base/errors.js";
import { WorkerError } from "./worker-error.js";

/**
 * Returns the module's URL. A path that ends in .js may stand for a TypeScript file, as an import
 * does under tsx.
 *
 * @param holds - The contents of the module, for messages to people.
 * @throws WorkerError `WORKER_FAILED` for a value that names no file.
 */
export function locate(
  module: URL | string,
  holds: "reactor" | "interceptors" = "reactor",
): string {
  const text = String(module);
  const url = isAbsolute(text) ? pathToFileURL(text).href : text;
  if (!url.startsWith("file:")) {
    throw new WorkerError(
      "WORKER_FAILED",
      text,
      `${JSON.stringify(text)} names no module ${holds === "reactor" ? "of a reactor" : "with interceptors"}; write new URL("./my-${holds}.js", import.meta.url)`,
    );
  }
  const source = url.replace(/\.([cm]?)js$/, ".$1ts");
  const { existsSync } = builtin("node:fs");
  return !existsSync(fileURLToPath(url)) && existsSync(fileURLToPath(source)) ? source : url;
}

/** @throws WorkerError when `data` cannot be copied to another process. */
export function checkData(module: string, data: unknown): void {
  try {
    builtin("node:v8").serialize(data);
  } catch (error) {
    throw new WorkerError(
      "WORKER_FAILED",
      module,
      `The option data cannot be copied to another process: ${toError(error).message}`,
      { cause: error },
    );
  }
}
