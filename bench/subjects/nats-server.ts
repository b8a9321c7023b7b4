import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "../../test/support/ports.js";
import { within } from "../../test/support/within.js";

/** A nats-server on this machine alone. It ends with the scope (`await using`). */
export class NatsServer implements AsyncDisposable {
  /** Where its clients connect. */
  readonly endpoint: string;
  readonly #process: ChildProcess;
  readonly #config: string;

  private constructor(endpoint: string, process: ChildProcess, config: string) {
    this.endpoint = endpoint;
    this.#process = process;
    this.#config = config;
  }

  /** Starts a server and waits for its line that it is ready. */
  static async start(): Promise<NatsServer> {
    const port = await freePort();
    const config = join(tmpdir(), `dividere-bench-nats-${port}.conf`);
    // Messages wait for a slow subscriber, whose connection would end otherwise; libzmq without a mark does the same.
    writeFileSync(config, `listen: "127.0.0.1:${port}"\nmax_pending: 1GB\n`);
    const child = spawn("nats-server", ["-c", config], { stdio: ["ignore", "ignore", "pipe"] });
    const server = new NatsServer(`127.0.0.1:${port}`, child, config);
    const ready = new Promise<void>((resolve, reject) => {
      const said: string[] = [];
      createInterface({ input: child.stderr }).on("line", (line) => {
        said.push(line);
        if (line.includes("Server is ready")) resolve();
      });
      child.on("error", reject);
      child.on("exit", (code) =>
        reject(new Error(`nats-server ended with ${code}: ${said.join("\n")}`)),
      );
    });
    try {
      await within(ready, "nats-server to be ready");
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.pid !== undefined && this.#process.exitCode === null) {
      this.#process.kill("SIGKILL");
      await once(this.#process, "exit");
    }
    rmSync(this.#config, { force: true });
  }
}
