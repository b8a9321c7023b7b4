import * as connection from "dividere/connection";
import {
  DecodeError,
  EnvelopeEncoder,
  LoadBalancing,
  Dealer as MessageDealer,
  MpMsgReactor,
  MtMsgReactor,
  type ReceivingLink,
  Response,
  Router,
} from "dividere/messaging";
import { RegistryServer } from "dividere/registry";
import { Dealer, Publisher } from "zeromq";
import { ServiceLookupReq } from "../../runtime/src/wire/gen/MsgLib.js";
import { Msg01, Msg02 } from "../gen/plain.js";
import { GreeterReactor, GreeterRequest, GreeterSubscriber } from "../gen/plain_dividere.js";
import { ShopReactor } from "../messaging/stream/shop.js";
import { Answers, type Attacked, type Receiver } from "./attack.js";

const local = "tcp://127.0.0.1:*";
const empty = new Uint8Array(0);
const encoder = new EnvelopeEncoder();
const fixture = new URL("../fixtures/farm/greeter.ts", import.meta.url);

class Echo extends MtMsgReactor {
  handleMsg01(message: Msg01): Msg01 {
    return message;
  }
  override onError(): void {}
}

class Greeter extends GreeterReactor {
  handleMsg01(message: Msg01): Msg01 {
    return message;
  }
  handleScalars<T>(message: T): T {
    return message;
  }
  handleMsg02(): void {}
  handleTelegram(): void {}
  override onError(): void {}
}

let probes = 0;

/** A text that no other message of this process has. */
const nextText = (): string => `PROBE ${++probes}.`;

/** Attacks an endpoint with a raw dealer, whose probes are requests by a frame of their own. */
function byDealer(
  socket: Dealer,
  close: () => unknown,
  good: (text: string) => Uint8Array[] = (text) => [
    Buffer.from(text),
    empty,
    encoder.encode({ field1: text }, Msg01),
  ],
): Attacked {
  const answers = new Answers(socket);
  return {
    send: (frames) => socket.send(frames),
    async probe() {
      const text = nextText();
      const answer = answers.next(text);
      await socket.send(good(text));
      await answer;
    },
    async [Symbol.asyncDispose]() {
      socket.close();
      await close();
    },
  };
}

/** A raw dealer without limits, so that what it has sent arrives. */
function rawDealer(): Dealer {
  return new Dealer({ sendHighWaterMark: 0, receiveHighWaterMark: 0, linger: 0 });
}

/** A receiver that binds an endpoint. */
const binding = (
  name: string,
  open: () => { endpoint: string | undefined; close: () => unknown },
  good?: (text: string) => Uint8Array[],
): Receiver => ({
  name,
  async open() {
    const { endpoint = "", close } = open();
    const socket = rawDealer();
    socket.connect(endpoint);
    return byDealer(socket, close, good);
  },
});

/** A reactor over a link that binds. */
const reactorOver = (name: string, link: () => ReceivingLink): Receiver =>
  binding(name, () => {
    const reactor = new Echo(link());
    return { endpoint: reactor.endpoints[0], close: () => reactor.stop() };
  });

/** A receiver that connects to a raw dealer, which stands for a server or a broker. */
const connecting = (
  name: string,
  open: (endpoint: string) => { close: () => unknown; ask?: (text: string) => Promise<unknown> },
): Receiver => ({
  name,
  async open() {
    const socket = rawDealer();
    await socket.bind(local);
    const { ask, close } = open(socket.lastEndpoint ?? "");
    if (ask === undefined) return byDealer(socket, async () => close());
    const answers = new Answers(socket);
    return {
      send: (frames) => socket.send(frames),
      async probe() {
        const text = nextText();
        const request = answers.next(text);
        const answer = ask(text);
        await socket.send(await request);
        await answer;
      },
      async [Symbol.asyncDispose]() {
        close();
        socket.close();
      },
    };
  },
});

/** A broker whose clients are attacked at its front, or by workers at its back. */
const broker = (name: string, side: "front" | "back", layer: "bytes" | "messages"): Receiver => ({
  name,
  async open() {
    const middle =
      layer === "bytes"
        ? new connection.LoadBalancing.Broker(local, local)
        : new LoadBalancing.Broker(local, local);
    const [front = "", back = ""] = [...middle.frontendEndpoints, ...middle.backendEndpoints];
    const worker =
      layer === "bytes"
        ? new connection.LoadBalancing.Worker(back, (request) => request)
        : new Echo(new LoadBalancing.ServerLink(back, [Msg01]));
    await middle.waitForWorkers(1, { timeoutMs: 20_000 });
    const close = async (): Promise<void> => {
      await worker.stop();
      await middle.stop();
    };
    if (side === "front") {
      const socket = rawDealer();
      socket.connect(front);
      return byDealer(socket, close);
    }
    let socket = rawDealer();
    socket.connect(back);
    const client = new connection.LoadBalancing.Client(front, { retryTimeoutMs: 1_000 });
    return {
      send: (frames) => socket.send(frames),
      // A stranger that calls itself a worker gets requests, until it has left. Its messages leave before it does, and the
      // request goes another way, so the broker may read some of them later.
      async probe() {
        socket.linger = 10_000;
        socket.close();
        await client.request(encoder.encode({ field1: nextText() }, Msg01));
        socket = rawDealer();
        socket.connect(back);
      },
      async [Symbol.asyncDispose]() {
        socket.close();
        await client.close();
        await close();
      },
    };
  },
});

/** Every class that takes messages from others. */
export const receivers: readonly Receiver[] = [
  reactorOver("a reactor on a Router", () => new Router(local, [Msg01])),
  reactorOver("a reactor on a Response", () => new Response(local, [Msg01])),
  reactorOver("a reactor on a Dealer", () => new MessageDealer(local, [Msg01])),
  binding("a generated reactor", () => {
    const reactor = new Greeter({ serve: local });
    return { endpoint: reactor.endpoints[0], close: () => reactor.stop() };
  }),
  binding(
    "a reactor with streams",
    () => {
      const reactor = new ShopReactor([new Router(local, [Msg01])]);
      return { endpoint: reactor.endpoints[0], close: () => reactor.close() };
    },
    (text) => [
      Buffer.from(text),
      empty,
      encoder.encode({ field1: text }, Msg01, { rpc: "shop.Shop/Ask" }),
    ],
  ),
  binding("a farm of worker processes", () => {
    // Its processes log by themselves.
    process.env["DIVIDERE_LOG"] = "silent";
    const farm = new MpMsgReactor(fixture, { serve: local, workers: 1 });
    return { endpoint: farm.endpoints[0], close: () => farm.stop() };
  }),
  binding(
    "a registry",
    () => {
      const registry = new RegistryServer({ endpoint: local, eventsEndpoint: local });
      return { endpoint: registry.endpoint, close: () => registry.stop() };
    },
    (text) => [Buffer.from(text), empty, encoder.encode({ serviceName: text }, ServiceLookupReq)],
  ),
  broker("a broker of messages, at its front", "front", "messages"),
  broker("a broker of messages, at its back", "back", "messages"),
  broker("a broker of bytes, at its front", "front", "bytes"),
  broker("a broker of bytes, at its back", "back", "bytes"),
  connecting("a request client", (endpoint) => {
    const client = new GreeterRequest(endpoint);
    return {
      ask: (field1) => client.reverse({ field1 }, { timeoutMs: 30_000 }),
      close: () => client.close(),
    };
  }),
  connecting("a server behind a broker", (endpoint) => {
    const server = new Echo(new LoadBalancing.ServerLink(endpoint, [Msg01]));
    return { close: () => server.stop() };
  }),
  connecting("a worker behind a broker of bytes", (endpoint) => {
    const worker = new connection.LoadBalancing.Worker(endpoint, (request) => request);
    return { close: () => worker.stop() };
  }),
  {
    name: "a generated subscriber",
    events: true,
    async open() {
      const socket = new Publisher({ sendHighWaterMark: 0, linger: 0 });
      await socket.bind(local);
      const subscriber = new GreeterSubscriber(socket.lastEndpoint ?? "");
      const reading = readAll(subscriber);
      return {
        send: (frames) => socket.send(frames),
        async probe() {
          const text = nextText();
          const arrival = reading.next(text);
          // The subscription may not have arrived yet.
          const event = encoder.encode({ field1: text }, Msg02);
          const again = setInterval(() => void socket.send(event).catch(() => {}), 50);
          await arrival.finally(() => clearInterval(again));
        },
        async [Symbol.asyncDispose]() {
          subscriber.close();
          socket.close();
        },
      };
    },
  },
];

/** Receives all events, whatever does not decode, and finds them by their texts. */
function readAll(subscriber: GreeterSubscriber): { next(text: string): Promise<void> } {
  let [wanted, arrived] = ["", () => {}];
  const read = async (): Promise<void> => {
    while (!subscriber.closed) {
      try {
        const event = await subscriber.recv();
        if (event.$type === "Msg02" && event.field1 === wanted) arrived();
      } catch (error) {
        if (!(error instanceof DecodeError) && !subscriber.closed) throw error;
      }
    }
  };
  void read();
  return {
    next: (text) =>
      new Promise((resolve) => {
        [wanted, arrived] = [text, resolve];
      }),
  };
}
