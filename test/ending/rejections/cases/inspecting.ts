import { IntrospectionClient } from "dividere/introspection";
import { DynamicClient, rawType } from "dividere/messaging";
import { ShopReactor } from "../../../messaging/stream/shop.js";
import {
  anywhere,
  bytes,
  type Cases,
  later,
  mutePort,
  nowhere,
  pause,
  settled,
  soon,
} from "./tools.js";

const question = rawType("Msg01");
const answer = rawType("Msg02");
const ask = { path: "shop.Shop/Ask", request: question, response: answer };
const unknown = { ...ask, path: "shop.Nothing/Ask" };

/** Every kind of call of an rpc, known or not. */
function calls(client: DynamicClient, rpc: typeof ask, options = soon): Promise<unknown>[] {
  client.serverStream(rpc, bytes(), options);
  return [
    client.unary(rpc, bytes(), options),
    client.serverStream(rpc, bytes(), options).next(),
    client.clientStream(rpc, [bytes()], options),
    client.bidiStream(rpc, [bytes()], options).next(),
  ].map((call: Promise<unknown>) => later(call));
}

/** Every question to a reactor. */
function questions(client: IntrospectionClient, options = soon): Promise<unknown>[] {
  return [
    client.describe(options),
    client.stats(options),
    client.schema(options),
    client.watchStats(options).next(),
  ].map((call: Promise<unknown>) => later(call));
}

export const inspecting: Cases = {
  "DynamicClient: rpcs that nobody knows, and calls of the wrong kind": async () => {
    await using reactor = new ShopReactor({ serve: anywhere });
    await using client = new DynamicClient(reactor.endpoints);
    await settled(...calls(client, ask), ...calls(client, unknown));
  },
  "DynamicClient: closed with calls in hand, and afterwards": async () => {
    await using mute = await mutePort();
    for (const endpoint of [mute.endpoint, await nowhere()]) {
      const client = new DynamicClient(endpoint);
      const all = calls(client, ask);
      await pause();
      client.close();
      await settled(...all, ...calls(client, ask));
    }
  },
  "IntrospectionClient: refused, closed, and loops left early": async () => {
    await using silent = new ShopReactor({ serve: anywhere }, { introspection: false });
    await using refused = new IntrospectionClient(silent.endpoints);
    await settled(...questions(refused));
    await using reactor = new ShopReactor({ serve: anywhere });
    const client = new IntrospectionClient(reactor.endpoints);
    for await (const _ of client.watchStats({ intervalMs: 100, ...soon })) break;
    const all = questions(client);
    client.close();
    await settled(...all, ...questions(client));
  },
  "IntrospectionClient: the reactor closes while its counters are watched": async () => {
    const reactor = new ShopReactor({ serve: anywhere });
    await using client = new IntrospectionClient(reactor.endpoints);
    const watch = client.watchStats({ intervalMs: 100 });
    await settled(watch.next());
    const next = later(watch.next());
    reactor.close();
    await settled(next, watch.return());
  },
};
