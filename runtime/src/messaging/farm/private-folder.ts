import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtin } from "../../base/builtin.js";

/**
 * The longest path of a Unix socket has 103 bytes on macOS and 107 on Linux; the file's own name
 * takes the rest.
 */
const LONGEST_FOLDER_BYTES = 80;

/** Makes a folder that only this user can enter, for the sockets between the processes. */
export function privateFolder(): string | undefined {
  const parent = tmpdir();
  if (process.platform === "win32" || Buffer.byteLength(parent) > LONGEST_FOLDER_BYTES)
    return undefined;
  return builtin("node:fs").mkdtempSync(join(parent, "dividere-"));
}
