// Counts the promises, timers and bytes of JavaScript's heap that a message costs in the runtime and with bare zeromq.js
// sockets. Over inproc a sent message can be received at once. No clock is read, so a slow machine has the same counts. The
// process has a young generation so large that no collection happens during a count.
import { createHook } from "node:async_hooks";
import { PerformanceObserver } from "node:perf_hooks";
import { setImmediate as turn } from "node:timers/promises";
import { EnvelopeEncoder } from "dividere/messaging";
import * as zeromq from "zeromq";
import { Msg01, Msg02 } from "../gen/plain.js";
import {
  GreeterPublisher,
  GreeterReactor,
  GreeterRequest,
  GreeterSubscriber,
} from "../gen/plain_dividere.js";

const messages = 2_000;
const text = "sixty-four bytes or so of a text that nobody reads in any message";

let promises = 0;
let timers = 0;
const hook = createHook({
  init(_id, type) {
    if (type === "PROMISE") promises++;
    else if (type === "Timeout" || type === "Immediate") timers++;
  },
});

let collections = 0;
new PerformanceObserver((list) => {
  collections += list.getEntries().length;
}).observe({ entryTypes: ["gc"] });

/** Does something to so many messages. */
type Work = (count: number) => Promise<void>;

interface Scenario {
  /** Done before each count, and not counted. */
  readonly prepare?: Work;
  readonly work: Work;
}

async function measure({ prepare, work }: Scenario): Promise<object> {
  // Once for the compiler, once for the heap, once for the hook, which costs memory itself.
  for (let round = 0; round < 3; round++) {
    await prepare?.(messages);
    await work(messages);
  }
  await prepare?.(messages);
  await collected();
  const collectionsBefore = collections;
  const heapBefore = process.memoryUsage().heapUsed;
  await work(messages);
  const bytes = (process.memoryUsage().heapUsed - heapBefore) / messages;
  await turn();
  if (collections !== collectionsBefore)
    throw new Error("The heap was collected while it was measured");
  await prepare?.(messages);
  promises = 0;
  timers = 0;
  hook.enable();
  await work(messages);
  hook.disable();
  return { promises: promises / messages, timers: timers / messages, bytes: Math.round(bytes) };
}

/** An empty young generation; the observer hears of it a turn later. */
async function collected(): Promise<void> {
  globalThis.gc?.();
  await turn();
  await turn();
}

const encoder = new EnvelopeEncoder();
const event = Buffer.from(encoder.encode({ field1: text }, Msg02));
const request = Buffer.from(encoder.encode({ field1: text }, Msg01));
const empty = Buffer.alloc(0);

/** Without a subscriber: libzmq takes each message and drops it. */
async function publish(): Promise<object> {
  await using publisher = new GreeterPublisher("inproc://publish", { sendHighWaterMark: 0 });
  return await measure({
    work: async (count) => {
      for (let done = 0; done < count; done++) await publisher.announce({ field1: text });
    },
  });
}

async function publishRaw(): Promise<object> {
  const socket = new zeromq.Publisher({ sendHighWaterMark: 0 });
  using _socket = closing(socket);
  socket.bindSync("inproc://publish-raw");
  return await measure({
    work: async (count) => {
      for (let done = 0; done < count; done++)
        await socket.send(encoder.encode({ field1: text }, Msg02));
    },
  });
}

async function sendAll(socket: zeromq.Publisher, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent++) await socket.send(event);
}

/** An inproc subscription is known once the publisher sends; the first messages may find none. */
async function receive(): Promise<object> {
  const source = new zeromq.Publisher({ sendHighWaterMark: 0 });
  using _source = closing(source);
  source.bindSync("inproc://receive");
  await using subscriber = new GreeterSubscriber("inproc://receive", { receiveHighWaterMark: 0 });
  return await measure({
    prepare: (count) => sendAll(source, count),
    work: async (count) => {
      let left = count;
      for await (const _ of subscriber) if (--left === 0) break;
    },
  });
}

async function receiveRaw(): Promise<object> {
  const source = new zeromq.Publisher({ sendHighWaterMark: 0 });
  using _source = closing(source);
  source.bindSync("inproc://receive-raw");
  const socket = new zeromq.Subscriber({ receiveHighWaterMark: 0 });
  using _socket = closing(socket);
  socket.connect("inproc://receive-raw");
  socket.subscribe("");
  return await measure({
    prepare: (count) => sendAll(source, count),
    work: async (count) => {
      let left = count;
      for await (const _ of socket) if (--left === 0) break;
    },
  });
}

/** The messages of one turn, which leave in one frame but for the first. */
const burst = 100;

async function publishBursts(publisher: GreeterPublisher, count: number): Promise<void> {
  for (let done = 0; done < count; done += burst) {
    for (let each = 1; each < burst; each++) void publisher.announce({ field1: text });
    await publisher.announce({ field1: text });
  }
}

/** A publisher and a subscriber that reads batches, which have found each other. */
async function pair(name: string): Promise<{
  publisher: GreeterPublisher;
  subscriber: GreeterSubscriber;
}> {
  const publisher = new GreeterPublisher(`inproc://${name}`, { sendHighWaterMark: 0 });
  const subscriber = new GreeterSubscriber(`inproc://${name}`, { receiveHighWaterMark: 0 });
  await publisher.waitForSubscribers();
  return { publisher, subscriber };
}

async function publishTogether(): Promise<object> {
  const { publisher, subscriber } = await pair("publish-together");
  try {
    return await measure({ work: (count) => publishBursts(publisher, count) });
  } finally {
    publisher.close();
    subscriber.close();
  }
}

async function receiveTogether(): Promise<object> {
  const { publisher, subscriber } = await pair("receive-together");
  try {
    return await measure({
      prepare: (count) => publishBursts(publisher, count),
      work: async (count) => {
        let left = count;
        for await (const _ of subscriber) if (--left === 0) break;
      },
    });
  } finally {
    publisher.close();
    subscriber.close();
  }
}

async function receiveArrays(): Promise<object> {
  const { publisher, subscriber } = await pair("receive-arrays");
  try {
    return await measure({
      prepare: (count) => publishBursts(publisher, count),
      work: async (count) => {
        let left = count;
        for await (const messages of subscriber.batches()) {
          left -= messages.length;
          if (left === 0) break;
        }
      },
    });
  } finally {
    publisher.close();
    subscriber.close();
  }
}

async function echo(socket: zeromq.Router): Promise<void> {
  for await (const frames of socket) await socket.send(frames);
}

/** Our client and a bare ROUTER. */
async function call(): Promise<object> {
  const router = new zeromq.Router();
  using _router = closing(router);
  router.bindSync("inproc://call");
  void echo(router);
  await using client = new GreeterRequest("inproc://call");
  return await measure({
    work: async (count) => {
      for (let done = 0; done < count; done++) await client.reverse({ field1: text });
    },
  });
}

class Echo extends GreeterReactor {
  override handleMsg01(message: Msg01): Msg01 {
    return message;
  }
  override handleMsg02(): void {}
  override handleTelegram(): void {}
  override handleScalars(): never {
    throw new Error("Nobody asks this");
  }
}

/** Our client and our reactor, with a hundred calls in flight; the costs of both ends. */
async function callTogether(): Promise<object> {
  await using reactor = new Echo({ serve: "tcp://127.0.0.1:*" });
  await using client = new GreeterRequest(reactor.endpoints);
  const lane = async (count: number): Promise<void> => {
    for (let done = 0; done < count; done++) await client.reverse({ field1: text });
  };
  return await measure({
    work: async (count) => {
      await Promise.all(Array.from({ length: burst }, () => lane(count / burst)));
    },
  });
}

/** A bare DEALER and our reactor. */
async function serve(): Promise<object> {
  await using _reactor = new Echo({ serve: "inproc://serve" });
  const dealer = new zeromq.Dealer();
  using _dealer = closing(dealer);
  dealer.connect("inproc://serve");
  return await measure({ work: (count) => exchange(dealer, count) });
}

/** A bare DEALER and a bare ROUTER. */
async function callRaw(): Promise<object> {
  const router = new zeromq.Router();
  using _router = closing(router);
  router.bindSync("inproc://call-raw");
  void echo(router);
  const dealer = new zeromq.Dealer();
  using _dealer = closing(dealer);
  dealer.connect("inproc://call-raw");
  return await measure({ work: (count) => exchange(dealer, count) });
}

async function exchange(dealer: zeromq.Dealer, count: number): Promise<void> {
  for (let done = 0; done < count; done++) {
    await dealer.send([empty, request]);
    await dealer.receive();
  }
}

/** Closes a socket with the scope. */
function closing(socket: zeromq.Socket): Disposable {
  return { [Symbol.dispose]: () => socket.close() };
}

const results = {
  publish: await publish(),
  publishRaw: await publishRaw(),
  receive: await receive(),
  receiveRaw: await receiveRaw(),
  call: await call(),
  serve: await serve(),
  callRaw: await callRaw(),
  publishTogether: await publishTogether(),
  receiveTogether: await receiveTogether(),
  receiveArrays: await receiveArrays(),
  callTogether: await callTogether(),
};
console.log(JSON.stringify(results));
// Bare sockets may still wait.
process.exit(0);
