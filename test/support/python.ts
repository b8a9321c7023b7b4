import { join } from "node:path";
import { Child, root } from "./child.js";
import { PythonEnvironment } from "./python-environment.js";
import { within } from "./within.js";

const interop = join(root, "test", "interop", "python");
const environment = new PythonEnvironment(join(interop, "requirements.txt"));

/** The interpreter that has dividere; there once {@link noPython} has said so. */
export const python: string = environment.python;

/**
 * Why the tests with Python cannot run here, or false when they can: `describe("…", { skip: await noPython() }, …)`.
 * The first call makes the virtual environment with what test/interop/python/requirements.txt pins.
 *
 * @throws in CI (where the variable CI is set), instead of giving a reason: there a skip is a failure
 */
export function noPython(): Promise<string | false> {
  return environment.missing();
}

/** One line that a script printed with `peer.emit(event, …)`. */
export interface PeerEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

/**
 * A Python script of test/interop/python at the other end: it prints events and takes commands, each a line of JSON
 * (test/interop/python/peer.py is its side of this). It ends with the scope (`await using`).
 */
export class PythonPeer implements AsyncDisposable {
  readonly #child: Child;
  readonly #unread: PeerEvent[] = [];
  readonly #arrivals = new EventTarget();
  /** The event with which the script has said that it is ready. */
  readyEvent: PeerEvent = { event: "ready" };

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
      peer.readyEvent = await peer.next("ready");
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

  /** Ends the script at once, as if it had crashed. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.ended;
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
