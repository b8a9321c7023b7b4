import assert from "node:assert/strict";
import { once } from "node:events";
import {
  type DescMessage,
  type DescService,
  equals,
  fromBinary,
  toBinary,
} from "@bufbuild/protobuf";
import type { Publisher, RequestClient, ServiceReactor, ServiceSubscriber } from "dividere/codegen";
import { classBases } from "../../../plugin/src/schema/class-names.js";
import { Mistakes } from "../../../plugin/src/schema/mistakes.js";
import { type Rpc, rpcsOf } from "../../../plugin/src/schema/rpcs.js";
import { within } from "../../support/within.js";
import { sample } from "./sample.js";

/** The messages of generated code, to and from bytes that protobuf-es understands as well. */
export interface Codec {
  decode(bytes: Uint8Array): object;
  encode(message: object): Uint8Array;
}

/** What is generated for one service, and how its messages are read. */
export interface Running {
  readonly service: DescService;
  readonly generated: Readonly<Record<string, unknown>>;
  codecOf(message: DescMessage): Codec;
}

type Class<T> = new (...args: readonly unknown[]) => T;
type Methods = Readonly<
  Record<string, (sent: object, options?: object) => Promise<object> | AsyncIterable<object>>
>;

/**
 * Runs all that is generated for a service, over TCP: each request is sent and answered, with two messages where it streams, and
 * each event is published and reaches a subscriber and the reactor. What arrives has to be what was sent.
 *
 * @returns how many messages arrived.
 */
export async function runService(running: Running): Promise<number> {
  const rpcs = rpcsOf(running.service, new Mistakes());
  const requests = rpcs.filter((rpc) => !rpc.published);
  const events = rpcs.filter((rpc) => rpc.published);
  if (requests.length > 0) await runRequests(running, requests);
  if (events.length > 0) await runEvents(running, events);
  return 2 * rpcs.length;
}

async function runRequests(running: Running, rpcs: readonly Rpc[]): Promise<void> {
  const handled = new EventTarget();
  const Reactor = reactorClass(running, handled);
  await using reactor = new Reactor({ serve: "tcp://127.0.0.1:*" });
  await using client = new (classOf<RequestClient>(running, "Request"))(reactor.endpoints);
  for (const { desc, method, handler } of rpcs) {
    const arrived = arrival(handled, handler);
    const call = (client as unknown as Methods)[method]?.bind(client);
    assert.ok(call, `${desc.name} has no method ${method}`);
    const { clientStreaming, serverStreaming } = desc.proto;
    const sent = message(running, desc.input);
    const answer = call(clientStreaming ? [sent, sent] : sent, { timeoutMs: 10_000 });
    const answers = await allOf(answer, serverStreaming);
    assertSamples(running, desc.input, clientStreaming, await arrived);
    assertSamples(running, desc.output, serverStreaming, answers);
  }
}

async function runEvents(running: Running, rpcs: readonly Rpc[]): Promise<void> {
  const handled = new EventTarget();
  const Reactor = reactorClass(running, handled);
  await using publisher = new (classOf<Publisher<object>>(running, "Publisher"))(
    "tcp://127.0.0.1:*",
  );
  await using subscriber = new (classOf<ServiceSubscriber<object>>(running, "Subscriber"))(
    publisher.endpoints,
  );
  await using _reactor = new Reactor({ subscribe: publisher.endpoints });
  for (const type of publisher.types) {
    await publisher.waitForSubscribers(2, { type, timeoutMs: 10_000 });
  }
  for (const { desc, method, handler } of rpcs) {
    const arrived = arrival(handled, handler);
    const publish = (publisher as unknown as Methods)[method]?.bind(publisher);
    assert.ok(publish, `${desc.name} has no method ${method}`);
    await publish(message(running, desc.input));
    assertSample(running, desc.input, await subscriber.recv({ timeoutMs: 10_000 }));
    assertSamples(running, desc.input, false, await arrived);
  }
}

/** A reactor whose handlers tell what they got, and answer a sample. */
function reactorClass(running: Running, handled: EventTarget): Class<ServiceReactor> {
  const Reactor = class extends classOf<ServiceReactor>(running, "Reactor") {};
  for (const rpc of rpcsOf(running.service, new Mistakes())) {
    Object.defineProperty(Reactor.prototype, rpc.handler, {
      value: handlerOf(running, rpc, handled),
    });
  }
  return Reactor;
}

function handlerOf(running: Running, { handler, desc, published }: Rpc, handled: EventTarget) {
  const { clientStreaming, serverStreaming } = desc.proto;
  const take = async (received: object) => {
    const detail = await allOf(received, clientStreaming);
    handled.dispatchEvent(new CustomEvent(handler, { detail }));
  };
  const answer = () => (published ? undefined : message(running, desc.output));
  return serverStreaming
    ? async function* (received: object) {
        await take(received);
        yield answer();
        yield answer();
      }
    : async (received: object) => {
        await take(received);
        return answer();
      };
}

/** The messages of a stream, or the one message. */
async function allOf(received: object, isStream: boolean): Promise<object[]> {
  if (!isStream) return [await received];
  const messages: object[] = [];
  for await (const one of received as AsyncIterable<object>) messages.push(one);
  return messages;
}

function arrival(handled: EventTarget, handler: string): Promise<readonly object[]> {
  return within(
    once(handled, handler).then(([event]) => event.detail),
    handler,
  );
}

function classOf<T>({ service, generated }: Running, suffix: string): Class<T> {
  const name = `${classBases(service.file.services).get(service)}${suffix}`;
  assert.equal(typeof generated[name], "function", `no class ${name} was generated`);
  return generated[name] as Class<T>;
}

function message({ codecOf }: Running, schema: DescMessage): object {
  return codecOf(schema).decode(toBinary(schema, sample(schema)));
}

function assertSample({ codecOf }: Running, schema: DescMessage, actual: object): void {
  const read = fromBinary(schema, codecOf(schema).encode(actual));
  assert.ok(equals(schema, read, sample(schema)), `not the ${schema.typeName} that was sent`);
}

function assertSamples(
  running: Running,
  schema: DescMessage,
  isStream: boolean,
  actual: readonly object[],
): void {
  assert.equal(actual.length, isStream ? 2 : 1);
  for (const one of actual) assertSample(running, schema, one);
}
