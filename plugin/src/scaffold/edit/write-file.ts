import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ScaffoldError } from "../command/failure.js";

/**
 * Writes a file, and the folders on the way to it.
 *
 * @param isNew - Refuses to replace a file that has come to be there.
 * @throws ScaffoldError when the system does not let it, with its reason.
 */
export function writeFile(file: string, content: string, isNew: boolean): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { flag: isNew ? "wx" : "w" });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ScaffoldError(`Cannot write ${file}: ${reason}`, { cause });
  }
}
