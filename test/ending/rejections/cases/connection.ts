import {
  Dealer,
  Publisher,
  Request,
  Response,
  Router,
  type StatusEvent,
  Subscriber,
  setLogger,
  Proxy as ZeroMqProxy,
} from "dividere/connection";
import {
  anywhere,
  bytes,
  type Cases,
  halfGreeting,
  keepLog,
  later,
  mutePort,
  nowhere,
  pause,
  reasons,
  rejects,
  settled,
  soon,
  throws,
} from "./tools.js";

type Options = { onStatus?: (event: StatusEvent) => void };
const narrow = { sendHighWaterMark: 1, sendQueueLimit: 2, lingerMs: 0 };

/** Each class, connected or bound as it is by itself. */
const classes = {
  Publisher: (endpoint: string, options?: Options) =>
    new Publisher(`>${endpoint}`, { ...narrow, slowSubscribers: "wait", ...options }),
  Subscriber: (endpoint: string, options?: Options) => new Subscriber(endpoint, options),
  Request: (endpoint: string, options?: Options) =>
    new Request(endpoint, { ...narrow, ...options }),
  Response: (endpoint: string, options?: Options) =>
    new Response(`>${endpoint}`, { ...narrow, ...options }),
  Dealer: (endpoint: string, options?: Options) => new Dealer(endpoint, { ...narrow, ...options }),
  Router: (endpoint: string, options?: Options) =>
    new Router(`>${endpoint}`, { ...narrow, ...options }),
} as const;

type Link = ReturnType<(typeof classes)[keyof typeof classes]>;

/** Everything that can wait on a link. */
function waits(link: Link, options?: { timeoutMs?: number; signal?: AbortSignal }) {
  const all: Promise<unknown>[] = [];
  if ("send" in link)
    for (let count = 0; count < 5; count++)
      all.push((link as Dealer).send(bytes(), options).catch((error: unknown) => error));
  if ("recv" in link) all.push(link.recv(options), link.wait(options?.timeoutMs ?? 20));
  if ("waitForSubscribers" in link) all.push(link.waitForSubscribers(3, options));
  return all.map(later);
}

function readOne(link: AsyncIterable<unknown>): Promise<void> {
  const read = async (): Promise<void> => {
    for await (const _ of link) return;
  };
  return later(read());
}

const each = Object.entries(classes).flatMap(([name, open]): [string, () => Promise<void>][] => [
  [
    `${name}: closed while sends, receives, waits and a loop wait`,
    async () => {
      const link = open(await nowhere());
      const all = waits(link);
      if ("recv" in link) all.push(readOne(link), readOne(link));
      await pause(5);
      link.close();
      link.close();
      await settled(...all, ...waits(link));
    },
  ],
  [
    `${name}: given up by time-outs and signals`,
    async () => {
      const link = open(await nowhere());
      await settled(...waits(link, { timeoutMs: 0 }), ...waits(link, { timeoutMs: 5 }));
      for (const reason of reasons) {
        const controller = new AbortController();
        const all = waits(link, { signal: controller.signal });
        controller.abort(reason);
        await settled(...all, ...waits(link, { signal: controller.signal }));
      }
      link.close();
    },
  ],
  [
    `${name}: listeners that throw, reject, and close the link`,
    async () => {
      await using peer = new Router(anywhere);
      for (const listener of [throws, rejects]) {
        const link = open(peer.endpoints[0] ?? "", { onStatus: listener });
        link.onStatus(listener);
        await pause();
        link.close();
      }
      const link: Link = open(peer.endpoints[0] ?? "", { onStatus: () => link?.close() });
      await pause();
      link.close();
    },
  ],
  [
    `${name}: closed during a connect and a handshake, and drained at once`,
    async () => {
      await using mute = await mutePort();
      const link = open(mute.endpoint);
      const all = waits(link);
      await pause();
      link.close();
      open(mute.endpoint).close();
      const drained = open(await nowhere());
      all.push(...waits(drained), drained.drain({ timeoutMs: 5 }), drained.drain());
      drained.close();
      await settled(...all);
    },
  ],
]);

export const connection: Cases = {
  ...Object.fromEntries(each),
  "loops: left by break, throw and return() while a message is awaited": async () => {
    await using router = new Router(anywhere);
    await using dealer = new Dealer(router.endpoints);
    for (let count = 0; count < 3; count++) await dealer.send(bytes());
    await readOne(router);
    const thrown = (async () => {
      for await (const _ of router) throws();
    })();
    await settled(thrown);
    const loop = router[Symbol.asyncIterator]();
    await loop.next();
    const next = later(loop.next());
    const other = later(router[Symbol.asyncIterator]().next());
    await pause(5);
    const returned = loop.return();
    router.close();
    await settled(next, other, returned);
  },
  "Response: bound, with a client that leaves within the handshake": async () => {
    await using response = new Response(anywhere);
    await halfGreeting(response.endpoints[0] ?? "");
    await settled(response.recv({ timeoutMs: 20 }));
  },
  "Router: answers to a client that has left": async () => {
    await using router = new Router(anywhere);
    const dealer = new Dealer(router.endpoints);
    await dealer.send(bytes());
    const { route } = await router.recv(soon);
    dealer.close();
    await pause(50);
    await settled(router.send({ route, message: bytes() }));
  },
  "Proxy: stopped with messages on the way, listeners that throw, and drained": async () => {
    const proxy = new ZeroMqProxy(anywhere, anywhere);
    for (const listener of [throws, rejects]) proxy.onStatus(listener);
    await using client = new Request(proxy.frontendEndpoints);
    await client.send(bytes());
    await pause();
    await settled(proxy.drain({ timeoutMs: 5 }), proxy.stop(), proxy.stopped);
    const taken = new ZeroMqProxy(anywhere, anywhere);
    try {
      new ZeroMqProxy(taken.frontendEndpoints, anywhere);
    } catch {
      // The address is in use.
    }
    await taken.stop();
  },
  "constructors that throw": async () => {
    for (const open of Object.values(classes)) {
      try {
        open("nothing://");
      } catch {
        // No such transport.
      }
    }
  },
  "a logger that throws": async () => {
    setLogger({ error: throws, warn: throws, info: throws, debug: throws });
    const { write } = process.stderr;
    process.stderr.write = () => true;
    const link = new Dealer(await nowhere(), { onStatus: throws });
    await pause();
    link.close();
    await pause();
    process.stderr.write = write;
    keepLog();
  },
};
