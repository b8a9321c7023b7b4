import { join } from "node:path";
import { Child, root } from "../support/child.js";
import { PythonPeer } from "../support/python.js";
import { within } from "../support/within.js";

/** A process of the system that can be killed and started again. */
export interface Killable {
  /** What the page calls it. */
  readonly title: string;
  start(): Promise<void>;
  kill(): Promise<void>;
}

/** A program of test/discovery/programs. */
export class Program implements Killable {
  readonly title: string;
  readonly #path: string;
  readonly #args: readonly string[];
  #child: Child | undefined;
  /** What the program has printed after "ready". */
  said = "";

  constructor(title: string, name: string, args: readonly string[]) {
    this.title = title;
    this.#path = join(root, "test", "discovery", "programs", name);
    this.#args = args;
  }

  async start(): Promise<void> {
    let ready = (_rest: string): void => {};
    const printed = new Promise<string>((resolve) => {
      ready = resolve;
    });
    const child = new Child("node", ["--import=tsx", this.#path, ...this.#args], {}, (line) => {
      if (line.startsWith("ready")) ready(line.slice("ready ".length));
    });
    this.#child = child;
    const ended = child.ended.then(() => Promise.reject(new Error(child.describe())));
    this.said = await within(Promise.race([printed, ended]), () => child.describe());
  }

  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#child?.ended;
    this.#child = undefined;
  }
}

/** A service in Python. */
export class PythonService implements Killable {
  readonly title: string;
  readonly #args: readonly string[];
  #peer: PythonPeer | undefined;
  port = 0;

  constructor(title: string, args: readonly string[]) {
    this.title = title;
    this.#args = args;
  }

  async start(): Promise<void> {
    const peer = await PythonPeer.start("steady.py", ...this.#args);
    this.#peer = peer;
    this.port = peer.readyEvent["port"] as number;
  }

  async kill(): Promise<void> {
    await this.#peer?.kill();
    this.#peer = undefined;
  }
}
