import type { Msg01, Scalars } from "../../test/gen/plain.js";
import {
  GreeterPublisher,
  GreeterReactor,
  GreeterRequest,
  GreeterSubscriber,
} from "../../test/gen/plain_dividere.js";

/** What a load has done so far. */
export interface Work {
  published: number;
  received: number;
  calls: number;
  connections: number;
}

const local = "tcp://127.0.0.1:*";

/** Events between two waits for the subscriber, so that none is dropped. */
const BURST = 500;
/** Calls in flight. */
const IN_FLIGHT = 50;

class Echo extends GreeterReactor {
  handleMsg01(message: Msg01): Msg01 {
    return message;
  }
  handleScalars(message: Scalars): Scalars {
    return message;
  }
  handleMsg02(): void {}
  handleTelegram(): void {}
}

/** A server, a client, a publisher and a subscriber that live as long as the soak, and clients that come and go. */
export class SoakLoad implements AsyncDisposable {
  readonly work: Work = { published: 0, received: 0, calls: 0, connections: 0 };
  readonly #server = new Echo({ serve: local });
  readonly #client = new GreeterRequest(this.#server.endpoints);
  readonly #publisher = new GreeterPublisher(local);
  readonly #subscriber = new GreeterSubscriber(this.#publisher.endpoints);

  /** Works until a time, as `performance.now()` counts, and until nothing is in flight any more. */
  async until(time: number): Promise<void> {
    await this.#work(() => performance.now() < time);
  }

  /** Works until all amounts are reached, and nothing is in flight any more. */
  async upTo({ received, calls, connections }: Omit<Work, "published">): Promise<void> {
    await this.#work((kind) => this.work[kind] < { received, calls, connections }[kind]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#subscriber.close();
    this.#publisher.close();
    this.#client.close();
    await this.#server.stop();
  }

  async #work(goesOn: (kind: "received" | "calls" | "connections") => boolean): Promise<void> {
    await this.#publisher.waitForSubscribers(1, { timeoutMs: 60_000 });
    await Promise.all([
      this.#publish(() => goesOn("received")),
      this.#call(() => goesOn("calls")),
      this.#comeAndGo(() => goesOn("connections")),
    ]);
  }

  async #publish(goesOn: () => boolean): Promise<void> {
    while (goesOn()) {
      for (let event = 0; event < BURST; event++)
        await this.#publisher.announce({ field1: `event ${this.work.published++}` });
      for (let event = 0; event < BURST; event++) {
        await this.#subscriber.recv({ timeoutMs: 60_000 });
        this.work.received++;
      }
    }
  }

  async #call(goesOn: () => boolean): Promise<void> {
    const lane = async (): Promise<void> => {
      while (goesOn()) {
        await this.#client.reverse({ field1: "a call" }, { timeoutMs: 60_000 });
        this.work.calls++;
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  }

  async #comeAndGo(goesOn: () => boolean): Promise<void> {
    while (goesOn()) {
      const client = new GreeterRequest(this.#server.endpoints);
      await client.reverse({ field1: "a guest" }, { timeoutMs: 60_000 });
      client.close();
      this.work.connections++;
    }
  }
}
