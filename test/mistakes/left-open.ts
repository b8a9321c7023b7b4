// A program whose author closes nothing; the argument says what it opens.

import { Msg01, Msg02 } from "../gen/plain.js";
import {
  GreeterPublisher,
  GreeterReactor,
  GreeterRequest,
  GreeterSubscriber,
} from "../gen/plain_dividere.js";

class Greeter extends GreeterReactor {
  handleMsg01(message: Msg01): Msg01 {
    return message;
  }
  handleMsg02(): void {}
  handleTelegram(): void {}
  handleScalars(): never {
    throw new Error("not asked");
  }
}

const local = "tcp://127.0.0.1:*";
const hello = { field1: "hello" };

const programs: Readonly<Record<string, () => Promise<unknown>>> = {
  async reactor() {
    const reactor = new Greeter({ serve: local });
    const greeter = new GreeterRequest(reactor.endpoints);
    return (await greeter.reverse(hello)).field1;
  },

  async "reactor that is waited for"() {
    const reactor = new Greeter({ serve: local });
    setTimeout(() => void reactor.stop(), 2_500).unref();
    await reactor.stopped;
    return "stopped";
  },

  async "client that follows"() {
    const greeter = await GreeterRequest.lookup({ registry: String(process.argv[3]) });
    return (await greeter.reverse(hello)).field1;
  },

  async client() {
    await using reactor = new Greeter({ serve: local });
    const greeter = new GreeterRequest(reactor.endpoints);
    return (await greeter.reverse(hello)).field1;
  },

  async "client of nobody"() {
    const greeter = new GreeterRequest("tcp://127.0.0.1:1");
    return await greeter.reverse(hello, { timeoutMs: 1 }).catch((error) => error.code);
  },

  async "client that got no answer"() {
    const { Router } = await import("dividere/messaging");
    const router = new Router(local, [Msg01]);
    const greeter = new GreeterRequest(router.endpoints);
    return await greeter.reverse(hello, { timeoutMs: 500 }).catch((error) => error.code);
  },

  async "publisher and subscriber"() {
    const publisher = new GreeterPublisher(local, { onStatus: () => {} });
    const events = new GreeterSubscriber(publisher.endpoints, { types: [Msg02] });
    await publisher.waitForSubscribers();
    await publisher.announce(hello);
    const event = await events.recv();
    await events.recv({ timeoutMs: 1 }).catch(() => {});
    return event.field1;
  },
};

const program = programs[process.argv[2] ?? ""];
if (program === undefined) throw new Error(`Name one of ${Object.keys(programs).join(", ")}`);
console.log(await program());
