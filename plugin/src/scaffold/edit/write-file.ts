import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ScaffoldError } from "../command/failure.js";

/**
 * Writes a file, and its missing folders.
 *
 * @param isNew - Refuses to replace a file that was created meanwhile.
 * @throws ScaffoldError with the system's reason when it refuses to write.
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
