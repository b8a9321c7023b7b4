import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Makes a folder that is not there yet, once, however many processes ask for it.
 *
 * @param make fills the folder that it is given, which is then moved into place; what it returns is why it could not
 */
export async function madeOnce(
  folder: string,
  make: (partial: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  if (existsSync(folder)) return undefined;
  mkdirSync(dirname(folder), { recursive: true });
  // The lock only saves a second file the work: what is finished is moved into place in one step.
  return await withLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return undefined;
    const partial = `${folder}.${process.pid}`;
    try {
      const reason = await make(partial);
      if (reason === undefined && !existsSync(folder)) renameSync(partial, folder);
      return reason;
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
  });
}

/** Runs `work` while no other process does: test files run beside each other. */
async function withLock<T>(lock: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      break;
    } catch {
      if (isHeld(lock)) await delay(100);
      else rmSync(lock, { force: true });
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** A lock whose process is gone was left behind by a run that was cut short. */
function isHeld(lock: string): boolean {
  try {
    const pid = Number(readFileSync(lock, "utf8"));
    // Between its making and its writing the file is empty; 0 would name this process's own group.
    return pid === 0 || process.kill(pid, 0);
  } catch {
    return false;
  }
}
