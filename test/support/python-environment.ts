import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { madeOnce } from "./cache.js";
import { root } from "./child.js";
import { failure, skipReason } from "./toolchain.js";

/** What Python's own installers call it. */
const python = process.platform === "win32" ? "python" : "python3";

/** Installing from PyPI over a slow line. */
const timeoutMs = 240_000;

const install = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "-r"];

/** A virtual environment with what a requirements.txt pins, kept in .cache/ for as long as that stays the same. */
export class PythonEnvironment {
  /** The interpreter; there once {@link missing} has said so. */
  readonly python: string;
  readonly #requirements: string;
  readonly #folder: string;

  constructor(requirements: string) {
    this.#requirements = requirements;
    const digest = createHash("sha256").update(readFileSync(requirements)).digest("hex");
    this.#folder = join(root, ".cache", `python-${digest.slice(0, 12)}`);
    this.python = pythonIn(this.#folder);
  }

  /**
   * Makes the environment where it isn't there yet. Gives the reason to skip what needs it when it cannot be made.
   *
   * @throws in CI, instead of giving a reason
   */
  async missing(): Promise<string | false> {
    return skipReason("Python", await this.#make());
  }

  async #make(): Promise<string | undefined> {
    return await madeOnce(this.#folder, async (partial) => {
      process.stderr.write(`Installing ${relative(root, this.#requirements)} …\n`);
      return (
        (await failure(python, ["-m", "venv", partial], { timeoutMs })) ??
        (await failure(pythonIn(partial), [...install, this.#requirements], { timeoutMs }))
      );
    });
  }
}

function pythonIn(folder: string): string {
  return process.platform === "win32"
    ? join(folder, "Scripts", "python.exe")
    : join(folder, "bin", "python");
}
