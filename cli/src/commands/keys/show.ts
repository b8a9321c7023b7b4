import type { Command } from "commander";
import { loadPublicKey } from "dividere/connection";
import { type CommonOptions, newCommand, runs } from "../../app/command.js";

export function showCommand(): Command {
  const command = newCommand("show <file>", "Show the public key of a file", {
    details: "Reads <file>.key. The secret key is never shown.",
    examples: [["dividere keys show keys/server", "print the key of keys/server.key"]],
  });
  return runs<CommonOptions, [string]>(command, async ({ out }, file) => {
    const publicKey = loadPublicKey(file);
    out.result({ publicKey }, () => publicKey);
    return 0;
  });
}
