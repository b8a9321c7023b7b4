import {
  type ConnectorOptions,
  Dealer,
  generateKeyPair,
  type KeyPair,
  Router,
  type Security,
  type StatusEvent,
} from "dividere/connection";
import { within } from "../support/within.js";

export const local = "tcp://127.0.0.1:*";
export const soon = { timeoutMs: 10_000 };
export const bytes = (text: string): Uint8Array => Buffer.from(text);

/** The keys of a server and a client that know each other, and of a client that nobody knows. */
export interface Keys {
  readonly server: KeyPair;
  readonly client: KeyPair;
  readonly stranger: KeyPair;
}

export function makeKeys(): Keys {
  return { server: generateKeyPair(), client: generateKeyPair(), stranger: generateKeyPair() };
}

/** The option of a client of `server`. */
export function clientOf(server: KeyPair, keys: KeyPair): { readonly security: Security } {
  return { security: { keys, servers: server.publicKey } };
}

/** A router that sends back what it gets, and the events of its socket. */
export class Echo implements AsyncDisposable {
  readonly router: Router;
  readonly seen: Seen = new Seen();

  constructor(options: ConnectorOptions = {}, endpoint: string = local) {
    this.router = new Router(endpoint, { ...options, onStatus: this.seen.note });
    void this.#serve();
  }

  get endpoint(): string {
    return this.router.endpoints[0] ?? "";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.router.close();
  }

  async #serve(): Promise<void> {
    for await (const message of this.router) await this.router.send(message);
  }
}

type Refused = Extract<StatusEvent, { type: "refused" }>;

/** The events of a socket, for a test to wait for. */
export class Seen {
  readonly events: StatusEvent[] = [];
  #look: () => void = () => {};

  readonly note = (event: StatusEvent): void => {
    this.events.push(event);
    this.#look();
  };

  /** The first event of a type, waiting for it where there is none. */
  async next<T extends StatusEvent["type"]>(
    type: T,
    matches: (event: Extract<StatusEvent, { type: T }>) => boolean = () => true,
  ): Promise<Extract<StatusEvent, { type: T }>> {
    const arrival = new Promise<Extract<StatusEvent, { type: T }>>((resolve) => {
      this.#look = () => {
        const found = this.events.find(
          (event): event is Extract<StatusEvent, { type: T }> =>
            event.type === type && matches(event as Extract<StatusEvent, { type: T }>),
        );
        if (found !== undefined) resolve(found);
      };
      this.#look();
    });
    return await within(arrival, () => `${type} after ${JSON.stringify(this.events)}`);
  }

  /** The first refusal with a code. */
  refused(code: string): Promise<Refused & { readonly error: Error & { readonly code: string } }> {
    return this.next("refused", ({ error }) => "code" in error && error.code === code) as never;
  }

  /** Forgets what was seen. */
  clear(): void {
    this.events.length = 0;
  }
}

/** A dealer and the events of its socket. */
export function seenDealer(
  endpoint: string,
  options: ConnectorOptions = {},
): { readonly dealer: Dealer; readonly seen: Seen } {
  const seen = new Seen();
  return { dealer: new Dealer(endpoint, { lingerMs: 0, ...options, onStatus: seen.note }), seen };
}

/** Sends a text to an {@link Echo} and gives what comes back. */
export async function ask(dealer: Dealer, text: string): Promise<string> {
  await dealer.send(bytes(text), soon);
  return String((await dealer.recv(soon)).message);
}
