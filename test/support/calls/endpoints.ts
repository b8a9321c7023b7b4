import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../ports.js";

/** The transports that every class works over. */
export const transports = ["tcp", "ipc", "inproc"] as const;

let folder: string | undefined;
let count = 0;

/** An endpoint that nothing else has, for a socket that binds. */
export function freeEndpoint(transport: (typeof transports)[number]): string {
  if (transport === "tcp") return "tcp://127.0.0.1:*";
  count++;
  if (transport === "inproc") return `inproc://free-${process.pid}-${count}`;
  return `ipc://${join(socketFolder(), String(count))}`;
}

/** The same, for an address that is known before it is bound, or bound more than once. */
export async function fixedEndpoint(transport: (typeof transports)[number]): Promise<string> {
  return transport === "tcp" ? `tcp://127.0.0.1:${await freePort()}` : freeEndpoint(transport);
}

/** libzmq leaves the file of an ipc socket behind, so the process removes the folder of all of them. */
function socketFolder(): string {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), "dividere-test-"));
    process.on("exit", () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  return folder;
}
