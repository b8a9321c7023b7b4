import { dirname } from "node:path";
import { builtin } from "../../base/builtin.js";
import { DividereError, systemCode, toError } from "../../base/errors.js";
import { checkPublicKey, KeyPair } from "./key-pair.js";

/** The endings of key files' names, as in CZMQ and pyzmq. */
export const PUBLIC_ENDING = ".key";
const SECRET_ENDING = ".key_secret";

/** The files of a key pair. */
export interface KeyFiles {
  /** The file to give to others, with the ending `.key`. */
  readonly publicFile: string;
  /** The file to keep, with the ending `.key_secret`. */
  readonly secretFile: string;
}

/**
 * Saves a key pair in two files, in the format of CZMQ and pyzmq (`zmq.auth.load_certificate`):
 * `path.key` with the public key, and `path.key_secret` with both keys, which only its owner may
 * read. Missing folders are created.
 *
 * @param path - The files' common path, such as `keys/greeter`.
 * @throws DividereError `KEY_FILE_FAILED` when a file exists already or cannot be written; an
 *   existing key is never overwritten.
 */
export function saveKeyPair(keys: KeyPair, path: string): KeyFiles {
  const files = filesOf(path);
  const publicLine = `    public-key = "${keys.publicKey}"\n`;
  const secretLine = `    secret-key = "${keys.revealSecretKey()}"\n`;
  const header = "# A CURVE key of ZeroMQ";
  writeNew(
    files.secretFile,
    `${header}. KEEP IT SECRET: whoever has it can pass for its owner.\ncurve\n${publicLine}${secretLine}`,
    0o600,
  );
  try {
    writeNew(
      files.publicFile,
      `${header}, the public half. It may be given to anyone.\ncurve\n${publicLine}`,
      0o644,
    );
  } catch (error) {
    builtin("node:fs").rmSync(files.secretFile, { force: true });
    throw error;
  }
  return files;
}

/**
 * Loads a key pair from the file that {@link saveKeyPair}, CZMQ or pyzmq wrote.
 *
 * On Windows a file has no mode and is not checked: keep the file in a folder that only the account
 * of the service can open.
 *
 * @param path - The path as it was saved, with or without the ending `.key_secret`.
 * @throws DividereError `KEY_FILE_OPEN` when users other than the owner could read the file;
 *   `KEY_INVALID` when it holds no key pair; `KEY_FILE_FAILED` when it cannot be read.
 */
export function loadKeyPair(path: string): KeyPair {
  const { secretFile } = filesOf(path);
  const text = readChecked(secretFile, (mode) => {
    if ((mode & 0o077) === 0) return;
    throw new DividereError(
      "KEY_FILE_OPEN",
      `The secret key in ${secretFile} could be read by others: the file has the mode ${octal(mode)}. Run: chmod 600 ${secretFile} – and make a new key if anybody else could use this machine`,
    );
  });
  const secretKey = entryOf(text, "secret-key");
  if (secretKey === undefined) throw lacks(secretFile, "secret-key");
  const keys = inFile(secretFile, () => new KeyPair(secretKey));
  const publicKey = entryOf(text, "public-key");
  if (publicKey !== undefined && publicKey !== keys.publicKey) {
    throw new DividereError(
      "KEY_INVALID",
      `The two keys in ${secretFile} are no pair: the secret key belongs to the public key ${keys.publicKey}. Copy the file again, or make a new pair`,
    );
  }
  return keys;
}

/**
 * Loads the public key from a `.key` file.
 *
 * @param path - The path as the pair was saved, with or without the ending `.key`.
 * @throws DividereError `KEY_INVALID` when the file holds no public key; `KEY_FILE_OPEN` when every
 *   user of this machine could change the file; `KEY_FILE_FAILED` when it cannot be read.
 */
export function loadPublicKey(path: string): string {
  const { publicFile } = filesOf(path);
  const text = readChecked(publicFile, (mode) => checkUnwritable(publicFile, mode));
  const key = entryOf(text, "public-key");
  if (key === undefined) throw lacks(publicFile, "public-key");
  return inFile(publicFile, () => checkPublicKey(key, "A public key"));
}

/**
 * Checks that a file or folder of accepted keys is not writable by every user of this machine.
 *
 * @throws DividereError `KEY_FILE_OPEN`
 */
export function checkUnwritable(path: string, mode: number): void {
  if ((mode & 0o002) === 0) return;
  throw new DividereError(
    "KEY_FILE_OPEN",
    `Everybody on this machine could change ${path}, and so the keys that are trusted: its mode is ${octal(mode)}. Run: chmod o-w ${path}`,
  );
}

/** Makes the error for a key file that the system does not let this process read or write. */
export function fileFailed(path: string, cause: unknown): DividereError {
  const next =
    systemCode(cause) === "ENOENT"
      ? "; generateKeyPair() and saveKeyPair() make it"
      : systemCode(cause) === "EACCES"
        ? "; it belongs to another user"
        : systemCode(cause) === "EEXIST"
          ? "; a key is never overwritten: delete the file if nobody needs it, or save under another name"
          : "";
  return new DividereError(
    "KEY_FILE_FAILED",
    `The key file ${path} cannot be used: ${toError(cause).message}${next}`,
    { cause },
  );
}

function filesOf(path: string): KeyFiles {
  const stem = path.endsWith(SECRET_ENDING)
    ? path.slice(0, -SECRET_ENDING.length)
    : path.endsWith(PUBLIC_ENDING)
      ? path.slice(0, -PUBLIC_ENDING.length)
      : path;
  return { publicFile: stem + PUBLIC_ENDING, secretFile: stem + SECRET_ENDING };
}

function writeNew(path: string, text: string, mode: number): void {
  try {
    const { chmodSync, mkdirSync, writeFileSync } = builtin("node:fs");
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, text, { flag: "wx", mode });
    // The umask may have removed too many permissions from the public file.
    chmodSync(path, mode);
  } catch (error) {
    throw fileFailed(path, error);
  }
}

/**
 * Reads the very file whose mode it checks, so that no other file can take its place in between.
 */
function readChecked(path: string, check: (mode: number) => void): string {
  const { closeSync, fstatSync, openSync, readFileSync } = builtin("node:fs");
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r");
    if (process.platform !== "win32") check(fstatSync(descriptor).mode & 0o777);
    return readFileSync(descriptor, "utf8");
  } catch (error) {
    if (error instanceof DividereError) throw error;
    throw fileFailed(path, error);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * Reads one entry of a file in ZeroMQ's property language (RFC 4/ZPL), to the extent of CZMQ and
 * pyzmq.
 */
function entryOf(text: string, name: string): string | undefined {
  for (const line of text.split(/\r?\n/)) {
    const [, found, value = ""] = /^\s*([a-z-]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    // A key may contain "=" and "#", but no quotation mark.
    if (found === name) return value.replace(/^(["'])(.*)\1$/, "$2");
  }
  return undefined;
}

function inFile<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DividereError)) throw error;
    throw new DividereError(error.code, `${path}: ${error.message}`, { cause: error });
  }
}

function lacks(path: string, entry: string): DividereError {
  return new DividereError(
    "KEY_INVALID",
    `${path} has no line ${entry} = "…", so it is no key file of ZeroMQ; saveKeyPair() writes one`,
  );
}

function octal(mode: number): string {
  return mode.toString(8).padStart(3, "0");
}
