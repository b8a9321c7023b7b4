import { keyOfRoute } from "../../connection/frames/routed.js";
import { refusal } from "../envelope/reply.js";
import type { Arrival, Introspector } from "../reactor/server-call.js";
import type { Introspected } from "./introspected.js";
import { INTROSPECTION_PATH, INTROSPECTION_REQUESTS } from "./names.js";
import type { IntrospectionOwner, IntrospectionServer } from "./server.js";

/**
 * Takes the requests of the introspection out of a reactor's messages. The code that answers them is
 * loaded with the first one, so a program that nobody looks into does without it.
 */
export class IntrospectionGate implements Introspector {
  readonly #subject: Introspected;
  readonly #owner: IntrospectionOwner;
  /** Set when nothing waits for the loading any more. */
  #server: IntrospectionServer | undefined;
  #loaded: IntrospectionServer | undefined;
  #loading: Promise<IntrospectionServer> | undefined;
  /** The routes of the streams that were opened before the code was loaded. */
  readonly #early = new Set<string>();
  #closed = false;

  /** @param owner - The reactor, for errors and lost answers. */
  constructor(subject: Introspected, owner: IntrospectionOwner) {
    this.#subject = subject;
    this.#owner = owner;
  }

  take(arrival: Arrival): Promise<void> | undefined {
    const { rpc, stream, typeName, msgName } = arrival.envelope;
    if (rpc !== undefined) {
      if (!rpc.startsWith(INTROSPECTION_PATH)) return undefined;
    } else if (stream !== undefined) {
      if (!this.#hasStream(arrival)) return undefined;
    } else if (!INTROSPECTION_REQUESTS.has(typeName || msgName)) return undefined;
    if (arrival.link.answering === "never") return undefined;
    return this.#server?.take(arrival) ?? this.#takeLater(arrival);
  }

  endStreams(error: unknown): void {
    this.#loaded?.endStreams(error);
  }

  close(reason: unknown): void {
    this.#closed = true;
    this.#loaded?.close(reason);
  }

  #hasStream(arrival: Arrival): boolean {
    if (this.#server !== undefined) return this.#server.hasStream(arrival);
    return this.#early.size > 0 && this.#early.has(keyOfRoute(arrival.inbound.route));
  }

  async #takeLater(arrival: Arrival): Promise<void> {
    const { link, inbound, envelope } = arrival;
    if (envelope.stream !== undefined) this.#early.add(keyOfRoute(inbound.route));
    try {
      this.#loading ??= this.#load();
      const server = await this.#loading;
      if (!this.#closed) await server.take(arrival);
    } catch (error) {
      this.#owner.report(error);
      await link._answer(inbound, refusal(envelope, error)).catch(() => {});
    }
  }

  async #load(): Promise<IntrospectionServer> {
    const { IntrospectionServer } = await import("./server.js");
    const server = new IntrospectionServer(this.#subject, this.#owner);
    this.#loaded = server;
    // The frames that have waited go first, in their order.
    setImmediate(() => {
      this.#server = server;
      this.#early.clear();
    });
    return server;
  }
}
