import type { Command } from "commander";
import { generateKeyPair, saveKeyPair } from "dividere/connection";
import { type CommonOptions, newCommand, runs } from "../../app/command.js";

export function newKeysCommand(): Command {
  const command = newCommand("new <path>", "Make a key pair in two files", {
    details:
      "Writes <path>.key, which may be given to anyone, and <path>.key_secret, which only its owner can read. An existing file is never overwritten. CZMQ and pyzmq read the files too.",
    examples: [["dividere keys new keys/server", "write keys/server.key and its secret"]],
  });
  return runs<CommonOptions, [string]>(command, async ({ out }, path) => {
    const keys = generateKeyPair();
    const { publicFile, secretFile } = saveKeyPair(keys, path);
    out.result({ publicKey: keys.publicKey, publicFile, secretFile }, () => [
      `${out.paint("green", publicFile)}  give it to the other side`,
      `${out.paint("yellow", secretFile)}  keep it, for --key`,
    ]);
    return 0;
  });
}
