// A room in which clients talk: `npm run chat-server`.
import { EventEmitter, on } from "node:events";
import { type RequestContext, stopOnSignals } from "dividere/messaging";
import type { Heard, Said } from "./gen/chat.js";
import { ChatReactor } from "./gen/chat_dividere.js";

class Room extends ChatReactor {
  readonly #said = new EventEmitter().setMaxListeners(0);

  override async *handleSaid(sayings: AsyncIterable<Said>, ctx: RequestContext) {
    const name = ctx.requestHeaders.get("name") ?? "somebody";
    // What a client has not read yet waits here; a large room would lose those that do not keep up.
    const heard = on(this.#said, "said", { signal: ctx.signal });
    this.#tell(name, "has come");
    // Both ways at once: what this client says goes to all, while it hears what all say.
    void this.#talk(name, sayings).then(
      () => heard.return?.(),
      (error) => heard.throw?.(error),
    );
    try {
      for await (const [each] of heard) yield each as Heard;
    } finally {
      this.#tell(name, "has left");
    }
  }

  async #talk(name: string, sayings: AsyncIterable<Said>): Promise<void> {
    for await (const { text } of sayings) this.#tell(name, text);
  }

  #tell(name: string, text: string): void {
    this.#said.emit("said", { name, text } satisfies Heard);
  }
}

const [serve = "tcp://127.0.0.1:5573"] = process.argv.slice(2);
await using reactor = new Room({ serve });
stopOnSignals(reactor);
console.log("bound to", reactor.endpoints[0]);
await reactor.stopped;
