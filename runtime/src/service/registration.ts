import { DividereError, toError } from "../base/errors.js";
import { Listeners } from "../base/listeners.js";
import { log } from "../base/log.js";
import { openWait, type WaitOptions } from "../base/wait.js";
import type { StatusEvent } from "../connection/socket/monitor/monitor.js";
import type { RegistryClient } from "../registry/client/client.js";

/**
 * The state of a service's registration. The service answers requests in every state but the last.
 *
 * - `registering` – has asked the registry and waits for an answer, or asks again after a refusal.
 * - `waiting` – is not connected to a registry; registers as soon as it is.
 * - `registered` – is listed by the registry.
 * - `stopping` – unregisters, then lets the requests in hand finish.
 * - `stopped` – is closed.
 */
export type ServiceStatus = "registering" | "waiting" | "registered" | "stopping" | "stopped";

/** The wait for an answer before the service asks again; doubled each time in a row. */
const FIRST_PATIENCE_MS = 10_000;
const LONGEST_PATIENCE_MS = 120_000;

/** The pause after a refusal. */
const RETRY_AFTER_REFUSAL_MS = 5_000;

/**
 * Keeps a service listed: registers it, and registers it again when the registry asks for that or
 * the connection was lost, because a restarted registry does not know the service.
 */
export class Registration {
  readonly #client: RegistryClient;
  readonly #name: string;
  readonly #port: number;
  readonly #listeners = new Listeners<ServiceStatus>("service");
  readonly #closing = new AbortController();
  /** The number of reasons to register so far; `#done` of them have led to a registration. */
  #wanted = 1;
  #done = 0;
  #wake: (() => void) | undefined;
  /** Aborted when the connection is lost: open requests will not be answered. */
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

  /** Registers, and again as often as needed, until it is closed. */
  start(): void {
    void this.#run();
  }

  /** Registers again, because the registry may not know the service any more. */
  again(): void {
    this.#wanted++;
    this.#wake?.();
  }

  /**
   * Unregisters the service, if it is listed, and closes. Fulfilled after `timeoutMs` at the latest,
   * with or without success.
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
      // If the connection was lost meanwhile, the registration may be lost too.
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
      // A slow registry still has the request in its queue; requests at a higher rate than its answers
      // would pile up without end.
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
      // Looks the entry up first, because Python's registry does not check it: it would remove the
      // entry of a service that has replaced this one, and ends on an unlisted name.
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

  /** Changes the status; returns whether it differs from before. */
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
