import { setTimeout as delay } from "node:timers/promises";
import {
  lookup,
  RequestClient,
  type RpcDefinition,
  type ServiceDefinition,
} from "dividere/codegen";
import type { MessageType } from "dividere/messaging";
import { Msg01 } from "../gen/plain.js";

/** The time that each call has. */
export const DEADLINE_MS = 10_000;

/** The pause between two calls of one client. */
const PAUSE_MS = 5;

/** Turning a text round may be repeated, and Python finds the handler by the message. */
const reverse: RpcDefinition & { readonly response: MessageType<Msg01> } = {
  path: "Greeter/Reverse",
  handler: "handleMsg01",
  request: Msg01,
  response: Msg01,
  idempotency: "NO_SIDE_EFFECTS",
};

const definition: ServiceDefinition = {
  typeName: "Greeter",
  name: "steady",
  rpcs: { Reverse: reverse },
};

class SteadyClient extends RequestClient {
  async reverse(text: string): Promise<string> {
    const reply = await this.callUnary(reverse, { field1: text }, { timeoutMs: DEADLINE_MS });
    return reply.field1;
  }
}

/** What became of the calls of a time. */
export interface Calls {
  readonly calls: number;
  readonly failures: readonly Error[];
  readonly slowestMs: number;
}

/** Clients that follow a service and call it all the time. */
export class Load implements AsyncDisposable {
  readonly #clients: readonly SteadyClient[];
  readonly #loops: readonly Promise<void>[];
  #done = false;
  #calls = 0;
  #failures: Error[] = [];
  #slowestMs = 0;

  private constructor(clients: readonly SteadyClient[]) {
    this.#clients = clients;
    this.#loops = clients.map((client) => this.#run(client));
  }

  static async start(count: number, registry: readonly string[]): Promise<Load> {
    const clients = [];
    for (let i = 0; i < count; i++)
      clients.push(await lookup(SteadyClient, definition, { registry, wait: true }));
    return new Load(clients);
  }

  /** The endpoints of the instances that each client uses now. */
  get endpoints(): readonly (readonly string[])[] {
    return this.#clients.map((client) => client.endpoints);
  }

  /** Gives what became of the calls since the last time, and begins to count anew. */
  take(): Calls {
    const taken = { calls: this.#calls, failures: this.#failures, slowestMs: this.#slowestMs };
    this.#calls = 0;
    this.#failures = [];
    this.#slowestMs = 0;
    return taken;
  }

  async #run(client: SteadyClient): Promise<void> {
    while (!this.#done) {
      const begun = performance.now();
      try {
        if ((await client.reverse("steady")) !== "ydaets") throw new Error("a wrong answer");
      } catch (error) {
        this.#failures.push(error as Error);
      }
      this.#calls++;
      this.#slowestMs = Math.max(this.#slowestMs, performance.now() - begun);
      await delay(PAUSE_MS);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#done = true;
    await Promise.all(this.#loops);
    for (const client of this.#clients) client.close();
  }
}
