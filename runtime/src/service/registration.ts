import { DividereError, toError } from "../base/errors.js";
import { Listeners } from "../base/listeners.js";
import { log } from "../base/log.js";
import { openWait, timer, type WaitOptions } from "../base/wait.js";
import type { StatusEvent } from "../connection/socket/monitor/monitor.js";
import type { CallOptions } from "../messaging/client/call-options.js";
import type { RegistryClient } from "../registry/client/client.js";
import { addressText, type Health } from "../registry/instance.js";
import type { Listing } from "./listing.js";

/**
 * The state of a service's registration. The service answers requests in every state but the last.
 *
 * - `registering` – has asked the registry and waits for an answer, or asks again after a refusal.
 * - `waiting` – is not connected to a registry; registers as soon as it is.
 * - `registered` – is listed by the registry.
 * - `stopping` – is listed as not serving, lets the requests in hand finish, then unregisters. From Python's
 *   registry, which knows no health, it unregisters first.
 * - `stopped` – is closed.
 */
export type ServiceStatus = "registering" | "waiting" | "registered" | "stopping" | "stopped";

/** The wait for an answer before the service asks again; doubled each time in a row. */
const FIRST_PATIENCE_MS = 10_000;
const LONGEST_PATIENCE_MS = 120_000;

/** The longest pause before a failed renewal is made again. */
const RENEW_AGAIN_MS = 1_000;

/** The pause after a refusal. */
const RETRY_AFTER_REFUSAL_MS = 5_000;

/**
 * Keeps a service listed: registers it and renews its lease, and registers it again when the registry asks
 * for that or the connection was lost, because a restarted registry does not know the service.
 */
export class Registration {
  readonly #client: RegistryClient;
  readonly #listing: Listing;
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
  /** Whether the registry has told the clients to leave the service. */
  hidden = false;
  /** The time of the next renewal, by the monotonic clock. */
  #renewAt = Number.POSITIVE_INFINITY;
  #onClosed!: () => void;
  /** Fulfilled when the registration is closed. */
  readonly closed: Promise<void> = new Promise((resolve) => {
    this.#onClosed = resolve;
  });

  /** @param client - Owned and closed by the registration. */
  constructor(client: RegistryClient, listing: Listing, name: string, port: number) {
    this.#client = client;
    this.#listing = listing;
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
   * Makes sure that the registry knows the service, because the registry has asked for it. A renewal shows it at
   * less cost: the registry asks all services whenever one connects.
   */
  confirm(): void {
    if (this.#status !== "registered" || this.#listing.leaseMs === undefined) {
      this.again();
      return;
    }
    this.#renewAt = 0;
    this.#wake?.();
  }

  /** Tells the registry whether the service takes calls; a registration to come tells it too. */
  async setHealth(health: Health, options: WaitOptions = {}): Promise<void> {
    this.#listing.health = health;
    if (this.#listing.leaseMs === undefined || this.#status !== "registered") return;
    const { timeoutMs, signal } = options;
    await this.#listing.renew({
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(signal !== undefined && { signal }),
    });
  }

  /**
   * Begins to stop: the registry lists the service as one that takes no new calls, or, if it knows no health,
   * no longer. Fulfilled after `timeoutMs` at the latest, with or without success.
   */
  async hide(timeoutMs: number): Promise<void> {
    const before = this.#status;
    if (before === "stopped" || before === "stopping") return;
    this.#listing.health = "NOT_SERVING";
    this.#change("stopping");
    if (before === "waiting") return;
    const leased = this.#listing.leaseMs !== undefined && before === "registered";
    this.hidden =
      (await this.#attempt(timeoutMs, (options) =>
        leased ? this.#listing.renew(options) : this.#listing.remove(options),
      )) && leased;
  }

  /**
   * Removes the entry, if it is there, and closes. Fulfilled after `timeoutMs` at the latest, with or without
   * success.
   */
  async withdraw(timeoutMs: number): Promise<void> {
    const leased = this.#listing.leaseMs !== undefined && !this.#connection.signal.aborted;
    if (this.#status === "stopping" && leased && timeoutMs > 0)
      await this.#attempt(timeoutMs, (options) => this.#listing.remove(options));
    this.close();
  }

  close(): void {
    this.#closing.abort();
    this.#wake?.();
    this.#client.close();
    this.#change("stopped");
    this.#listeners.clear();
    this.#onClosed();
  }

  async #run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      if (this.#done !== this.#wanted && this.#status !== "stopping") await this.#register();
      else if (performance.now() >= this.#renewAt) await this.#renew();
      else await this.#pause(this.#renewAt - performance.now());
    }
  }

  async #renew(): Promise<void> {
    const { leaseMs = FIRST_PATIENCE_MS } = this.#listing;
    const begun = performance.now();
    try {
      await this.#listing.renew({ timeoutMs: leaseMs / 3, signal: this.#connection.signal });
      this.#renewAt = begun + (this.#listing.leaseMs ?? leaseMs) / 3;
    } catch (error) {
      this.#renewAt = performance.now() + Math.min(RENEW_AGAIN_MS, leaseMs / 10);
      if (this.#connection.signal.aborted || this.#closing.signal.aborted) return;
      const { message, status } = toError(error) as Error & { status?: string };
      this.#log("warn", `${this.#name} could not renew its lease: ${message}`);
      // The entry is gone, or somebody else's.
      if (status === "NOT_FOUND" || status === "PERMISSION_DENIED") this.again();
    }
  }

  async #register(): Promise<void> {
    const wanted = this.#wanted;
    try {
      const begun = performance.now();
      await this.#listing.register({
        timeoutMs: this.#patienceMs,
        signal: this.#connection.signal,
      });
      const { leaseMs } = this.#listing;
      this.#renewAt = leaseMs === undefined ? Number.POSITIVE_INFINITY : begun + leaseMs / 3;
      this.#done = wanted;
      this.#patienceMs = FIRST_PATIENCE_MS;
      // If the connection was lost meanwhile, the registration may be lost too.
      if (wanted === this.#wanted && this.#change("registered")) {
        const at = addressText(this.#client.address, this.#port);
        this.#log("info", `${this.#name} is registered at ${at}`);
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

  /** Waits for the time, or until something has to be done. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const stop = ms === Number.POSITIVE_INFINITY ? () => {} : timer(Math.ceil(ms), resolve);
      this.#wake = () => {
        stop();
        resolve();
      };
    });
  }

  /** Tells the registry that the service stops; logs a failure, and returns whether it succeeded. */
  async #attempt(
    timeoutMs: number,
    tell: (options: CallOptions) => Promise<void>,
  ): Promise<boolean> {
    try {
      await tell({ timeoutMs, signal: this.#connection.signal });
      return true;
    } catch (error) {
      if (this.#closing.signal.aborted) return false;
      const reason = this.#connection.signal.aborted
        ? "the connection to the registry was lost"
        : toError(error).message;
      this.#log("warn", `${this.#name} could not be unregistered: ${reason}`);
      return false;
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
        // Another of several registries goes on with the lease.
        if (!this.#client._lines.connected) this.#lost();
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
