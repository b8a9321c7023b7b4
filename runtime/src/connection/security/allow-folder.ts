import type { FSWatcher, Stats } from "node:fs";
import { join } from "node:path";
import { builtin } from "../../base/builtin.js";
import { DividereError } from "../../base/errors.js";
import { Listeners } from "../../base/listeners.js";
import { log } from "../../base/log.js";
import type { AllowList, AllowListChange } from "./allow-list.js";
import { checkUnwritable, fileFailed, loadPublicKey, PUBLIC_ENDING } from "./key-file.js";

/**
 * The interval between checks of a folder, in addition to the system's notifications: a network
 * drive, a container's mount or a replaced folder sends none.
 */
const LOOK_EVERY_MS = 1_000;

/** The time in which a file that is being written must be complete. */
const SETTLE_MS = 50;

/** The keys of a folder, and the folder's state when they were read. */
interface Reading {
  /** The name of each key's file. */
  readonly keys: ReadonlyMap<string, string>;
  readonly failures: ReadonlyMap<string, Error>;
}

/**
 * The public keys in the `.key` files of a folder, which is read again when it changes. Watching
 * neither keeps the process alive nor fails: an invalid file, or a missing folder, admits no client
 * and is logged. {@link loadAllowList} makes such a list.
 *
 * @example
 * ```ts
 * import { loadAllowList, loadKeyPair, Publisher, Router } from "dividere/connection";
 * using allow = loadAllowList("keys/clients");
 * const security = { keys: loadKeyPair("keys/server"), allow };
 * await using requests = new Router("tcp://127.0.0.1:5555", { security });
 * await using events = new Publisher("tcp://127.0.0.1:5556", { security });
 * for await (const { message } of requests) await events.send(message);
 * ```
 */
export class AllowFolder implements AllowList, Disposable {
  /** The folder's path. */
  readonly folder: string;
  readonly #listeners = new Listeners<AllowListChange>("connection");
  readonly #timer: NodeJS.Timeout;
  #settling: NodeJS.Timeout | undefined;
  #watcher: FSWatcher | undefined;
  #seen: string;
  #reading: Reading;
  #closed = false;

  /** @throws DividereError As {@link loadAllowList} does. */
  constructor(folder: string) {
    this.folder = folder;
    this.#seen = look(folder);
    this.#reading = read(folder);
    for (const failure of this.#reading.failures.values()) throw failure;
    this.#watch();
    this.#timer = setInterval(() => this.#lookAgain(), LOOK_EVERY_MS).unref();
  }

  /** The accepted public keys. */
  get keys(): readonly string[] {
    return [...this.#reading.keys.keys()];
  }

  allows(publicKey: string): boolean {
    return this.#reading.keys.has(publicKey);
  }

  onChange(listener: (change: AllowListChange) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Reads the folder again now. */
  reload(): void {
    if (this.#closed) return;
    this.#seen = look(this.folder);
    const before = this.#reading;
    this.#reading = read(this.folder);
    this.#report(before);
    const added = [...this.#reading.keys.keys()].filter((key) => !before.keys.has(key));
    const removed = [...before.keys.keys()].filter((key) => !this.#reading.keys.has(key));
    if (added.length === 0 && removed.length === 0) return;
    log(
      "connection",
      "info",
      {
        added: added.map((key) => this.#reading.keys.get(key)),
        removed: removed.map((key) => before.keys.get(key)),
      },
      `the keys of ${this.folder} have changed`,
    );
    this.#listeners.emit({ added, removed });
  }

  /** Stops watching; the keys stay as they are. Repeated calls do nothing. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#settling);
    this.#watcher?.close();
    this.#listeners.clear();
  }

  /** The same as {@link close}, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  #watch(): void {
    try {
      this.#watcher = builtin("node:fs").watch(this.folder, { persistent: false }, () =>
        this.#changed(),
      );
      // The timer goes on without the watcher.
      this.#watcher.on("error", () => this.#watcher?.close());
    } catch (error) {
      log("connection", "debug", { err: error }, `${this.folder} is looked at every second only`);
    }
  }

  #changed(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.reload(), SETTLE_MS).unref();
  }

  #lookAgain(): void {
    if (look(this.folder) !== this.#seen) this.reload();
  }

  #report(before: Reading): void {
    for (const [path, error] of this.#reading.failures) {
      if (before.failures.get(path)?.message === error.message) continue;
      log("connection", "error", { err: error }, `a key is not let in: ${error.message}`);
    }
  }
}

/**
 * Loads the public keys that a server accepts from the `.key` files of a folder, one for each
 * client, and keeps watching it: an added file admits its key; for a removed file, the server
 * closes the key's connections and refuses its next handshake, within about a second. The list can
 * serve any number of sockets.
 *
 * The caller closes the list, after the sockets that use it. A socket with `{ folder }` instead of
 * a list loads and closes one by itself.
 *
 * @throws DividereError `KEY_FILE_FAILED` when the folder or a file cannot be read, `KEY_INVALID`
 *   when a `.key` file holds no public key, `KEY_FILE_OPEN` when every user of this machine could
 *   change the folder or a file in it.
 */
export function loadAllowList(folder: string): AllowFolder {
  return new AllowFolder(folder);
}

function read(folder: string): Reading {
  const keys = new Map<string, string>();
  const failures = new Map<string, Error>();
  try {
    if (process.platform !== "win32")
      checkUnwritable(folder, builtin("node:fs").statSync(folder).mode & 0o777);
    for (const name of keyFiles(folder)) {
      const path = join(folder, name);
      try {
        keys.set(loadPublicKey(path), name);
      } catch (error) {
        // The file was removed after the listing.
        if (!isMissing(error)) failures.set(path, error as Error);
      }
    }
  } catch (error) {
    failures.set(folder, error instanceof DividereError ? error : fileFailed(folder, error));
  }
  return { keys, failures };
}

function isMissing(error: unknown): boolean {
  const cause = error instanceof DividereError ? error.cause : error;
  return cause instanceof Error && "code" in cause && cause.code === "ENOENT";
}

/** Describes the state of a folder without reading its files. */
function look(folder: string): string {
  try {
    const each = keyFiles(folder).map((name) => `${name} ${stamp(statOf(join(folder, name)))}`);
    return `${stamp(statOf(folder))} ${each.join(" ")}`;
  } catch {
    return "";
  }
}

function keyFiles(folder: string): readonly string[] {
  return builtin("node:fs")
    .readdirSync(folder)
    .filter((name) => name.endsWith(PUBLIC_ENDING))
    .sort();
}

function statOf(path: string): Stats | undefined {
  return builtin("node:fs").statSync(path, { throwIfNoEntry: false });
}

function stamp(stats: Stats | undefined): string {
  return stats === undefined ? "-" : `${stats.ino}.${stats.mode}.${stats.size}.${stats.mtimeMs}`;
}
