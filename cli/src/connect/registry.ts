import { create } from "@bufbuild/protobuf";
import { RequestError } from "dividere/messaging";
import { RegistryClient } from "dividere/registry";
import { ExitCode } from "../app/exit-codes.js";
import { CommandFailure } from "../app/failure.js";
import type { ClientKeyOptions, RegistryOption } from "../app/options.js";
import {
  type Instance,
  InstanceSchema,
  Registry,
  WatchRequestSchema,
  type WatchResponse,
} from "../gen/dividere/v1/registry_pb.js";
import { DynamicClient } from "./client.js";
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
  async list(name = ""): Promise<readonly Instance[]> {
    const instances = await this.#tryList(name);
    if (instances !== undefined) return instances;
    throw this.#withoutList();
  }

  /** Finds the instances of a service; asks a registry without lists for its only one. */
  async find(name: string): Promise<readonly Instance[]> {
    return (await this.#tryList(name)) ?? (await this.#lookup(name));
  }

  /** Gets the list and then each change, until the signal is aborted. */
  async *watch(name: string): AsyncGenerator<WatchResponse> {
    if (await this.#isPlain()) throw this.#withoutList();
    await using client = new DynamicClient([this.endpoint], this.#security);
    const request = create(WatchRequestSchema, { name });
    try {
      yield* client.stream(Registry.method.watch, request, { signal: this.#signal });
    } catch (error) {
      throw error instanceof RequestError && isUnknownRpc(error.status)
        ? this.#withoutList()
        : error;
    }
  }

  /** Returns the list; `undefined` of a registry without lists, which is not asked if it is plain. */
  async #tryList(name: string): Promise<readonly Instance[] | undefined> {
    if (await this.#isPlain()) return undefined;
    await using client = new DynamicClient([this.endpoint], this.#security);
    try {
      const { instances } = await client.unary(Registry.method.list, { name }, this.#callOptions);
      return instances;
    } catch (error) {
      if (error instanceof RequestError && isUnknownRpc(error.status)) return undefined;
      throw error;
    }
  }

  async #lookup(name: string): Promise<readonly Instance[]> {
    await using client = new RegistryClient(this.endpoint, { lingerMs: 0, ...this.#security });
    const entry = await client.lookup(name, this.#callOptions);
    if (entry === undefined) return [];
    const { server: host, port } = entry;
    return [create(InstanceSchema, { name, id: `${host}:${port}`, host, port })];
  }

  /**
   * Whether the registry has a REP socket, as Python's: an unknown request would end its thread, so
   * it gets none.
   */
  async #isPlain(): Promise<boolean> {
    const isSecured = this.#security.security !== undefined;
    const found = await preflight(this.endpoint, {
      socketTypes: ANSWERING,
      what: "registry",
      isSecured,
    });
    return found?.kind === "zeromq" && found.socketType === "REP";
  }

  #withoutList(): CommandFailure {
    return new CommandFailure(
      "NO_LIST",
      ExitCode.failed,
      `The registry at ${this.endpoint} has no list, only look-ups: it is Python's, or an old version`,
      { hint: "Look one service up by its name: dividere describe <name>" },
    );
  }

  get #security(): ReturnType<typeof clientSecurity> {
    return clientSecurity(this.#options, [this.endpoint]);
  }

  get #callOptions(): { readonly timeoutMs: number; readonly signal: AbortSignal } {
    return { timeoutMs: TIMEOUT_MS, signal: this.#signal };
  }
}

function isUnknownRpc(status: string): boolean {
  return status === "UNIMPLEMENTED" || status === "INVALID_ARGUMENT";
}
