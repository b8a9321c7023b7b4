import { RequestError } from "dividere/messaging";
import {
  RegistryClient,
  type RegistryEvent,
  type ServiceEntry,
  type ServiceInstance,
} from "dividere/registry";
import { ExitCode } from "../app/exit-codes.js";
import { CommandFailure } from "../app/failure.js";
import type { ClientKeyOptions, RegistryOption } from "../app/options.js";
import { clientSecurity } from "./keys.js";
import { ANSWERING, preflight } from "./preflight.js";

/** The longest wait for a registry, in milliseconds; Python's takes a second or two. */
const TIMEOUT_MS = 5_000;

/** Asks the registry that the options of a command name. */
export class RegistryView {
  readonly endpoint: string;
  readonly #options: RegistryOption & ClientKeyOptions;
  readonly #signal: AbortSignal;

  constructor(options: RegistryOption & ClientKeyOptions, signal: AbortSignal) {
    this.endpoint = options.registry;
    this.#options = options;
    this.#signal = signal;
  }

  /**
   * Lists the instances of a service, or of all.
   *
   * @throws CommandFailure when the registry has no list to show, as Python's.
   */
  async list(name = ""): Promise<readonly ServiceInstance[]> {
    return await this.#ask((client) => client.list(name, this.#callOptions));
  }

  /** Finds the instances of a service; asks a registry without lists for its only one. */
  async find(name: string): Promise<readonly ServiceInstance[]> {
    try {
      return await this.list(name);
    } catch (error) {
      if (!(error instanceof CommandFailure) || error.code !== NO_LIST) throw error;
    }
    await using client = await this.#open();
    const entry = await client.lookup(name, this.#callOptions);
    return entry === undefined ? [] : [plainInstance(entry)];
  }

  /** Gets the list and then each change, until the signal is aborted. */
  async *watch(name: string): AsyncGenerator<RegistryEvent> {
    await using client = await this.#open();
    try {
      yield* client.watch(name, { signal: this.#signal });
    } catch (error) {
      throw this.#explained(error);
    }
  }

  async #ask<T>(question: (client: RegistryClient) => Promise<T>): Promise<T> {
    await using client = await this.#open();
    try {
      return await question(client);
    } catch (error) {
      throw this.#explained(error);
    }
  }

  async #open(): Promise<RegistryClient> {
    const endpoints = this.endpoint.split(",");
    const secured = clientSecurity(this.#options, endpoints);
    const isSecured = secured.security !== undefined;
    const expected = { socketTypes: ANSWERING, what: "registry", isSecured };
    await Promise.any(endpoints.map((endpoint) => preflight(endpoint, expected))).catch(
      ({ errors }: AggregateError) => {
        throw errors[0];
      },
    );
    return new RegistryClient(endpoints, { lingerMs: 0, ...secured });
  }

  #explained(error: unknown): unknown {
    if (!(error instanceof RequestError) || error.status !== "UNIMPLEMENTED") return error;
    return new CommandFailure(
      NO_LIST,
      ExitCode.failed,
      `The registry at ${this.endpoint} has no list, only look-ups: it is Python's, or an old version`,
      { cause: error, hint: "Look one service up by its name: dividere doctor <name>" },
    );
  }

  get #callOptions(): { readonly timeoutMs: number; readonly signal: AbortSignal } {
    return { timeoutMs: TIMEOUT_MS, signal: this.#signal };
  }
}

const NO_LIST = "NO_LIST";

function plainInstance({ name, server: host, port }: ServiceEntry): ServiceInstance {
  return {
    name,
    id: `${host}:${port}`,
    host,
    port,
    version: "",
    metadata: {},
    health: "UNKNOWN",
    registeredAt: new Date(0),
    leaseMs: 0,
    services: [],
  };
}
