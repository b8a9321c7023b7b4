import { RequestError } from "../base/errors.js";
import { countdown } from "../base/wait.js";
import type { CallOptions } from "../messaging/client/call-options.js";
import type { RegistryClient } from "../registry/client/client.js";
import type { Health, InstanceInit } from "../registry/instance.js";

/**
 * The entry of one service in a registry: an instance with a lease in a registry of this package, and a plain
 * one in Python's.
 */
export class Listing {
  readonly #client: RegistryClient;
  readonly #instance: InstanceInit;
  readonly #wantedMs: number | undefined;
  #health: Health = "SERVING";
  #leaseMs: number | undefined;
  /** Whether the registry has listed the service as a plain one. */
  #plain = false;

  constructor(client: RegistryClient, instance: InstanceInit, wantedMs: number | undefined) {
    this.#client = client;
    this.#instance = instance;
    this.#wantedMs = wantedMs;
  }

  /** The granted lease, in milliseconds; `undefined` while the entry has none. */
  get leaseMs(): number | undefined {
    return this.#leaseMs;
  }

  /** The health that the service reports. */
  get health(): Health {
    return this.#health;
  }

  set health(health: Health) {
    this.#health = health;
  }

  /** Lists the service; throws as the methods of the client. */
  async register(options: CallOptions): Promise<void> {
    const remaining = countdown(options.timeoutMs);
    const leaseMs = this.#wantedMs;
    try {
      this.#leaseMs = await this.#client.registerInstance(
        { ...this.#instance, health: this.#health },
        { ...options, ...(leaseMs !== undefined && { leaseMs }) },
      );
      this.#plain = false;
    } catch (error) {
      if (!isUnimplemented(error)) throw error;
      this.#leaseMs = undefined;
      const { name, port } = this.#instance;
      await this.#client.register(name, port, within(options, remaining));
      this.#plain = true;
    }
  }

  /** Begins the lease anew, and tells the registry the health. */
  async renew(options: CallOptions): Promise<void> {
    this.#leaseMs = await this.#client.renew(this.#instance, this.#health, options);
  }

  /** Removes the entry. */
  async remove(options: CallOptions): Promise<void> {
    if (this.#plain) return this.#removePlain(options);
    const remaining = countdown(options.timeoutMs);
    try {
      await this.#client.unregisterInstance(this.#instance, options);
    } catch (error) {
      if (!isUnimplemented(error)) throw error;
      await this.#removePlain(within(options, remaining));
    }
  }

  /**
   * Looks the entry up first, because Python's registry does not check it: it would remove the entry of a
   * service that has replaced this one, and ends on an unlisted name.
   */
  async #removePlain(options: CallOptions): Promise<void> {
    const remaining = countdown(options.timeoutMs);
    const { name, host, port } = this.#instance;
    const entry = await this.#client.lookup(name, options);
    if (entry?.server === host && entry.port === port)
      await this.#client.unregister(name, port, within(options, remaining));
  }
}

function isUnimplemented(error: unknown): boolean {
  return error instanceof RequestError && error.status === "UNIMPLEMENTED";
}

function within(options: CallOptions, remaining: () => number | undefined): CallOptions {
  const timeoutMs = remaining();
  return timeoutMs === undefined ? options : { ...options, timeoutMs };
}
