import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Child, root, run } from "./child.js";
import { within } from "./within.js";

const interop = join(root, "test", "interop");
const requirements = join(interop, "requirements.txt");
const environment = join(root, ".cache", `python-${digest(readFileSync(requirements))}`);

/** The interpreter that has dividere; there once {@link noPython} has said so. */
export const python: string = pythonIn(environment);

/** Installing from PyPI over a slow line. */
const installTimeoutMs = 240_000;

/**
 * Why the tests with Python cannot run here, or false when they can: `describe("…", { skip: await noPython() }, …)`.
 * The first call makes the virtual environment with what test/interop/requirements.txt pins.
 *
 * @throws in CI (where the variable CI is set), instead of giving a reason: there a skip is a failure
 */
export async function noPython(): Promise<string | false> {
  const reason = await install();
  if (reason === undefined) return false;
  if (process.env["CI"]) throw new Error(`In CI the tests with Python are not skipped: ${reason}`);
  return reason;
}

/** Makes the environment where it isn't there yet; gives the reason when it cannot be made. */
async function install(): Promise<string | undefined> {
  if (existsSync(environment)) return undefined;
  mkdirSync(dirname(environment), { recursive: true });
  // The lock only saves a second file the work: what is finished is moved into place in one step.
  return await withLock(`${environment}.lock`, async () => {
    if (existsSync(environment)) return undefined;
    process.stderr.write("Installing Python's dividere for the interop tests …\n");
    const partial = `${environment}.${process.pid}`;
    const reason =
      (await failure("python3", ["-m", "venv", partial])) ??
      (await failure(pythonIn(partial), ["-m", "pip", "install", "-q", "-r", requirements]));
    if (reason === undefined && !existsSync(environment)) renameSync(partial, environment);
    else rmSync(partial, { recursive: true, force: true });
    return reason;
  });
}

async function failure(command: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const ended = await run(command, args, { timeoutMs: installTimeoutMs });
    if (ended.status === 0) return undefined;
    const said = `${ended.stdout}${ended.stderr}`.trim().split("\n").slice(-3).join(" ");
    return `\`${command} ${args.join(" ")}\` ended with ${ended.status}: ${said}`;
  } catch (cause) {
    return `\`${command}\` cannot be run: ${cause instanceof Error ? cause.message : cause}`;
  }
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

function pythonIn(folder: string): string {
  return process.platform === "win32"
    ? join(folder, "Scripts", "python.exe")
    : join(folder, "bin", "python");
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, 12);
}

/** One line that a script printed with `peer.emit(event, …)`. */
export interface PeerEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

/**
 * A Python script of test/interop at the other end: it prints events and takes commands, each a line of JSON
 * (test/interop/peer.py is its side of this). It ends with the scope (`await using`).
 */
export class PythonPeer implements AsyncDisposable {
  readonly #child: Child;
  readonly #unread: PeerEvent[] = [];
  readonly #arrivals = new EventTarget();

  private constructor(script: string, args: readonly string[]) {
    this.#child = new Child(
      python,
      ["-u", join(interop, script), ...args],
      { cwd: interop },
      (line) => this.#take(line),
    );
  }

  /** Starts a script and waits for its `ready`. */
  static async start(script: string, ...args: readonly string[]): Promise<PythonPeer> {
    const peer = new PythonPeer(script, args);
    try {
      await peer.next("ready");
      return peer;
    } catch (error) {
      await peer.close();
      throw error;
    }
  }

  /**
   * The oldest event of this name that has not been given yet, waiting for it where there is none.
   * Fails, with all that the script printed, when it ends first.
   */
  async next(event: string, timeoutMs?: number): Promise<PeerEvent> {
    const arrival = new Promise<PeerEvent>((resolve, reject) => {
      const look = (): boolean => {
        const index = this.#unread.findIndex((unread) => unread.event === event);
        if (index < 0) return false;
        resolve(...(this.#unread.splice(index, 1) as [PeerEvent]));
        return true;
      };
      if (look()) return;
      const listen = (): void => {
        if (look()) this.#arrivals.removeEventListener("event", listen);
      };
      this.#arrivals.addEventListener("event", listen);
      this.#child.ended.then(
        () => reject(new Error(`No event "${event}" came from ${this.#child.describe()}`)),
        reject,
      );
    });
    return await within(arrival, () => `"${event}" from ${this.#child.describe()}`, timeoutMs);
  }

  /** Tells the script to do something; it reads this with `peer.commands()`. */
  tell(command: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#child.write(JSON.stringify({ command, ...fields }));
  }

  /** Ends the script. */
  async close(): Promise<void> {
    await this.#child.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #take(line: string): void {
    if (!line.startsWith("{")) return;
    this.#unread.push(JSON.parse(line) as PeerEvent);
    this.#arrivals.dispatchEvent(new Event("event"));
  }
}
