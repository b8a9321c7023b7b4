// So many clients of a server, each a DEALER of its own; the calls in flight go round among them.

import { EnvelopeEncoder } from "dividere/messaging";
import { context, Dealer } from "zeromq";
import { Question } from "../../gen/bench.js";
import { payloadOf } from "../load.js";
import { clock, roleOptions, serveBench } from "../role.js";

const { endpoint, clients } = roleOptions<{ endpoint: string; clients: number }>();
context.maxSockets = 2 * clients + 100;
const empty = Buffer.alloc(0);
const frame = new EnvelopeEncoder().encode({ number: 1, payload: payloadOf(64) }, Question);
let answered = (): void => {};

class Client {
  readonly #socket = new Dealer({ linger: 0 });
  #sent: Promise<void> = Promise.resolve();

  constructor() {
    this.#socket.connect(endpoint);
    void this.#receive();
  }

  /** A socket takes one send at a time. */
  send(): void {
    this.#sent = this.#sent.then(() => this.#socket.send([empty, frame]));
  }

  async #receive(): Promise<void> {
    for await (const _ of this.#socket) answered();
  }
}

const all = Array.from({ length: clients }, () => new Client());

/** Makes so many calls, from each client in its turn. */
async function call(count: number, inFlight: number): Promise<{ seconds: number }> {
  let sent = 0;
  let received = 0;
  const send = (): void => all[sent++ % clients]?.send();
  const started = clock();
  await new Promise<void>((resolve) => {
    answered = () => {
      if (++received === count) resolve();
      else if (sent < count) send();
    };
    while (sent < Math.min(count, inFlight)) send();
  });
  return { seconds: clock() - started };
}

// Each is connected before anything is measured.
await call(clients, clients);
serveBench({ call: ({ count, inFlight }) => call(count, inFlight) });
