import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Command } from "commander";
import { loadPublicKey } from "dividere/connection";
import { type CommonOptions, newCommand, runs } from "../../app/command.js";
import { ExitCode } from "../../app/exit-codes.js";
import { CommandFailure } from "../../app/failure.js";
import { didYouMean } from "../../app/nearest.js";
import { readPublicKey } from "../../connect/keys.js";
import { table } from "../../output/table.js";

interface Options extends CommonOptions {
  readonly name?: string;
  readonly remove?: boolean;
}

interface AllowedKey {
  readonly name: string;
  readonly publicKey: string;
}

const ENDING = ".key";

export function allowCommand(): Command {
  const command = newCommand(
    "allow <folder> [key]",
    "Accept a client's key, or list the accepted",
    {
      details:
        "The folder is that of --allow, or of the option security.allow.folder of a service, which notices the change within a second. Without a key, the command lists the accepted keys.",
      examples: [
        ["dividere keys allow keys/clients client.key", "accept the client"],
        ["dividere keys allow keys/clients", "list the accepted clients"],
        ["dividere keys allow keys/clients client --remove", "revoke the client"],
      ],
    },
  )
    .option("--name <name>", "the name of the client, for a key given as text")
    .option("--remove", "remove the key of this name, or this key, from the folder");
  return runs<Options, [string, string | undefined]>(command, async (context, folder, key) => {
    const { out, options } = context;
    if (key === undefined) {
      const keys = allowedKeys(folder);
      out.result(keys, () =>
        keys.length === 0
          ? `${folder} has no keys: nobody is accepted.`
          : table(out, columns, keys),
      );
      return 0;
    }
    if (options.remove === true) {
      const removed = remove(folder, key);
      out.result(
        { removed },
        () => `Revoked ${removed.name}; its connections end within a second.`,
      );
      return 0;
    }
    const accepted = accept(folder, key, options.name);
    out.result({ accepted }, () => `Accepted ${accepted.name}: ${accepted.publicKey}`);
    return 0;
  });
}

const columns = [
  { title: "NAME", cell: ({ name }: AllowedKey) => name },
  { title: "PUBLIC KEY", cell: ({ publicKey }: AllowedKey) => publicKey },
];

function allowedKeys(folder: string): readonly AllowedKey[] {
  return keyFiles(folder).map((file) => ({
    name: file.slice(0, -ENDING.length),
    publicKey: loadPublicKey(join(folder, file)),
  }));
}

function keyFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith(ENDING))
      .sort();
  } catch (cause) {
    throw new CommandFailure(
      "KEY_FILE_FAILED",
      ExitCode.usage,
      `The folder ${folder} cannot be read: ${(cause as Error).message}`,
      { cause, hint: "dividere keys allow <folder> <key> makes it." },
    );
  }
}

function accept(folder: string, key: string, name: string | undefined): AllowedKey {
  const publicKey = readPublicKey(key);
  const isText = publicKey === key;
  if (isText && name === undefined) {
    throw new CommandFailure("USAGE", ExitCode.usage, "A key given as text needs a name", {
      hint: `Add --name <name>: the file is ${join(folder, "<name>.key")}.`,
    });
  }
  const chosen = name ?? basename(key).replace(/\.key(_secret)?$/, "");
  if (!/^[^/\\.][^/\\]*$/.test(chosen)) {
    throw new CommandFailure("USAGE", ExitCode.usage, `"${chosen}" cannot be the name of a file`);
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, chosen + ENDING);
  const other = keyFiles(folder).includes(chosen + ENDING) ? loadPublicKey(path) : publicKey;
  if (other !== publicKey) {
    throw new CommandFailure(
      "KEY_EXISTS",
      ExitCode.usage,
      `${path} has another key, and a key is never overwritten`,
      { hint: `Choose another --name, or revoke it first: --remove ${chosen}` },
    );
  }
  // A server that watches the folder must not read half of a file.
  const partial = join(folder, `.${chosen}.${process.pid}`);
  writeFileSync(
    partial,
    `# The public CURVE key of ${chosen}\ncurve\n    public-key = "${publicKey}"\n`,
    {
      mode: 0o644,
    },
  );
  renameSync(partial, path);
  return { name: chosen, publicKey };
}

function remove(folder: string, key: string): AllowedKey {
  const keys = allowedKeys(folder);
  const wanted = basename(key).replace(/\.key$/, "");
  const found = keys.find(({ name, publicKey }) => name === wanted || publicKey === key);
  if (found === undefined) {
    const names = keys.map(({ name }) => name);
    throw new CommandFailure("NOT_FOUND", ExitCode.notFound, `${folder} has no key ${wanted}`, {
      hint: didYouMean(wanted, names) || `It has ${names.join(", ") || "none"}.`,
    });
  }
  rmSync(join(folder, found.name + ENDING));
  return found;
}
