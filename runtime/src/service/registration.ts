import { DividereError, toError } from "../base/errors.js";
import { Listeners } from "../base/listeners.js";
import { log } from "../base/log.js";
import { openWait, type WaitOptions } from "../base/wait.js";
import type { StatusEvent } from "../connection/socket/monitor.js";
import type { RegistryClient } from "../registry/client.js";

/**
 * How a service stands with its registry. It serves in each of these states but the last.
 *
 * - `registering` – it asks the registry, and has no answer yet or was refused and asks again.
 * - `waiting` – no registry is there; it registers as soon as one has come.
 * - `registered` – the registry lists it.
 * - `stopping` – it is being stopped: unregisters, then lets the requests at work finish.
 * - `stopped` – it is closed.
 */
export type ServiceStatus = "registering" | "waiting" | "registered" | "stopping" | "stopped";

/** How long an answer may take before the registry is asked again; doubled each time in a row. */
const FIRST_PATIENCE_MS = 10_000;
const LONGEST_PATIENCE_MS = 120_000;

/** How long to wait after a refusal. */
const RETRY_AFTER_REFUSAL_MS = 5_000;

/**
 * Keeps a service listed: registers it, and registers it again when the registry asks for that or
 * its connection was lost, for a registry that restarts has forgotten it.
 */
export class Registration {
  readonly #client: RegistryClient;
  readonly #name: string;
  readonly #port: number;
  readonly #listeners = new Listeners<ServiceStatus>("service");
  readonly #closing = new AbortController();
  /** Counts the reasons to register; up to `#done` of them have been seen to. */
  #wanted = 1;
  #done = 0;
  #wake: (() => void) | undefined;
  /** Aborted when the connection is lost: what it was asked will not be answered. */
  #connection = new AbortController();
  #patienceMs = FIRST_PATIENCE_MS;
  #status: ServiceStatus = "registering";

  /** @param client - Owned and closed by the registration. */
  constructor(client: RegistryClient, name: string, port: number) {
    this.#client = client;
    this.#name = name;
    this.#port = port;
    client.onStatus((event) => this.#connectionChanged(event));
  }

  get status(): ServiceStatus {
    return this.#status;
  }

  onStatus(listener: (status: ServiceStatus) => void): () => void {
    return this.#listeners.add(listener);
  }

  waitUntilRegistered(options?: WaitOptions): Promise<void> {
    const wait = openWait<void>(options, () => `while ${this.#describe()}`);
    const check = (status: ServiceStatus): void => {
      if (status === "registered") wait.resolve();
      else if (status === "stopped" || status === "stopping") {
        wait.reject(new DividereError("CLOSED", `The service ${this.#name} was stopped`));
      }
    };
    const forget = this.onStatus(check);
    check(this.#status);
    return wait.promise.finally(forget);
  }

  /** Registers, and goes on doing so until it is closed. */
  start(): void {
    void this.#run();
  }

  /** Registers again, for the registry may have forgotten the service. */
  again(): void {
    this.#wanted++;
    this.#wake?.();
  }

  /**
   * Takes the service off the registry's list, if it is there, and closes. Fulfilled after
   * `timeoutMs` at the latest, whether it could be done or not.
   */
  async withdraw(timeoutMs: number): Promise<void> {
    const before = this.#status;
    if (before === "stopped") return;
    this.#change("stopping");
    if (before !== "waiting") await this.#unregister(timeoutMs);
    this.close();
  }

  close(): void {
    this.#closing.abort();
    this.#wake?.();
    this.#client.close();
    this.#change("stopped");
    this.#listeners.clear();
  }

  async #run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      if (this.#done === this.#wanted || this.#status === "stopping") {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      } else {
        await this.#register();
      }
    }
  }

  async #register(): Promise<void> {
    const wanted = this.#wanted;
    try {
      const { server, port } = await this.#client.register(this.#name, this.#port, {
        timeoutMs: this.#patienceMs,
        signal: this.#connection.signal,
      });
      this.#done = wanted;
      this.#patienceMs = FIRST_PATIENCE_MS;
      // A connection that was lost meanwhile took the registration along, or may have.
      if (wanted === this.#wanted && this.#change("registered")) {
        this.#log("info", `${this.#name} is registered at ${server}:${port}`);
      }
    } catch (error) {
      await this.#failed(toError(error));
    }
  }

  async #failed(error: Error): Promise<void> {
    const gone = this.#connection.signal.aborted;
    if (gone) this.#connection = new AbortController();
    if (gone || this.#closing.signal.aborted || this.#status === "stopping") return;
    this.#log("warn", `${this.#name} could not be registered yet: ${error.message}`);
    if (error instanceof DividereError && error.code === "TIMEOUT") {
      // A registry that is slow has the request in its queue still; asking more often than it
      // answers would never end.
      this.#patienceMs = Math.min(2 * this.#patienceMs, LONGEST_PATIENCE_MS);
    } else {
      await this.#pause(RETRY_AFTER_REFUSAL_MS);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #unregister(timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    const remaining = () => ({
      timeoutMs: deadline - performance.now(),
      signal: this.#connection.signal,
    });
    try {
      // Asked first, because Python's registry does not: it would drop the entry of a service that
      // has taken this one's place, and dies of a name that it does not list.
      const entry = await this.#client.lookup(this.#name, remaining());
      if (entry?.server === this.#client.address && entry.port === this.#port) {
        await this.#client.unregister(this.#name, this.#port, remaining());
      }
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      const reason = this.#connection.signal.aborted
        ? "the connection to the registry was lost"
        : toError(error).message;
      this.#log("warn", `${this.#name} could not be unregistered: ${reason}`);
    }
  }

  #connectionChanged({ type }: StatusEvent): void {
    switch (type) {
      case "connected":
        this.#patienceMs = FIRST_PATIENCE_MS;
        if (this.#status === "waiting") this.#change("registering");
        break;
      case "disconnected":
      case "retrying":
        this.#lost();
        break;
      default:
    }
  }

  #lost(): void {
    if (this.#status === "waiting") return;
    this.#connection.abort();
    this.again();
    if (!this.#change("waiting")) return;
    this.#log("warn", `${this.#describe()} and will register once it has come`);
  }

  /** Whether the status is another one now. */
  #change(status: ServiceStatus): boolean {
    if (status === this.#status || this.#status === "stopped") return false;
    if (this.#status === "stopping" && status !== "stopped") return false;
    this.#status = status;
    this.#listeners.emit(status);
    return true;
  }

  #describe(): string {
    const registry = this.#client.endpoints.join(", ");
    return this.#status === "waiting"
      ? `${this.#name} waits for a registry at ${registry}`
      : `${this.#name} waits for an answer from the registry at ${registry}`;
  }

  #log(level: "info" | "warn", message: string): void {
    const registry = this.#client.endpoints[0];
    log("service", level, { name: this.#name, port: this.#port, registry }, message);
  }
}
