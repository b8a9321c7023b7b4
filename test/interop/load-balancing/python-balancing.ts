import { join } from "node:path";
import { run } from "../../support/child.js";
import { freePort } from "../../support/ports.js";
import { PythonPeer } from "../../support/python.js";
import { TemporaryFolder } from "../../support/temporary-folder.js";

/** What a Python process can be; see balancing.py. */
export type Role =
  | "broker of bytes"
  | "broker of messages"
  | "worker"
  | "plain worker"
  | "server"
  | "odd server";

/** A Python process that is one part of dividere's load balancing. It ends with the scope, as abruptly as when it is killed. */
export class PythonPart implements AsyncDisposable {
  readonly #peer: PythonPeer;
  readonly #folder: TemporaryFolder;

  private constructor(peer: PythonPeer, folder: TemporaryFolder) {
    this.#peer = peer;
    this.#folder = folder;
  }

  /** Starts one. */
  static async start(role: Role, ...args: readonly (string | number)[]): Promise<PythonPart> {
    const folder = new TemporaryFolder();
    const image = folder.file("messages.binpb");
    const built = await run("buf", ["build", join("test", "proto"), "-o", image]);
    if (built.status !== 0) throw new Error(built.stderr);
    const peer = await PythonPeer.start("balancing.py", image, role, ...args.map(String));
    return new PythonPart(peer, folder);
  }

  /** Fulfilled once a broker knows so many workers. */
  async knows(count: number): Promise<void> {
    while ((await this.#peer.next("workers"))["count"] !== count);
  }

  /** Fulfilled once a worker that the broker knew has given another sign. */
  async sign(): Promise<void> {
    await this.#peer.next("sign");
  }

  /** The next request of a worker or server, as it was asked. */
  async request(): Promise<string> {
    return (await this.#peer.next("request"))["text"] as string;
  }

  /** What ended the thread that does the work. */
  async died(): Promise<string> {
    return (await this.#peer.next("died"))["error"] as string;
  }

  /** Ends Python at once; dividere has no chance to close anything. */
  async close(): Promise<void> {
    await this.#peer.close();
    this.#folder[Symbol.dispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** A Python broker, with heartbeats often enough for a test. */
export interface PythonBroker extends AsyncDisposable {
  /** The process. */
  readonly python: PythonPart;
  /** Where clients connect. */
  readonly frontend: string;
  /** Where workers connect. */
  readonly backend: string;
}

/** How often a Python broker sends heartbeats here. */
export const heartbeatIntervalMs = 500;

/** Starts a Python broker. */
export async function pythonBroker(
  role: "broker of bytes" | "broker of messages",
): Promise<PythonBroker> {
  const [frontend, backend] = [await freePort(), await freePort()];
  const python = await PythonPart.start(role, frontend, backend, heartbeatIntervalMs / 1_000);
  return {
    python,
    frontend: `tcp://127.0.0.1:${frontend}`,
    backend: `tcp://127.0.0.1:${backend}`,
    [Symbol.asyncDispose]: () => python.close(),
  };
}
