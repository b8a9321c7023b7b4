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
type Methods = Readonly<Record<string, (message: object, options?: object) => Promise<object>>>;

/**
 * Runs all that is generated for a service, over TCP: each request is sent and answered, each event is published and reaches a
 * subscriber and the reactor. What arrives has to be what was sent.
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
    const answer = await call(message(running, desc.input), { timeoutMs: 10_000 });
    assertSample(running, desc.input, await arrived);
    assertSample(running, desc.output, answer);
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
    assertSample(running, desc.input, await arrived);
  }
}

/** A reactor whose handlers tell what they got, and answer a sample. */
function reactorClass(running: Running, handled: EventTarget): Class<ServiceReactor> {
  const Reactor = class extends classOf<ServiceReactor>(running, "Reactor") {};
  for (const { handler, desc, published } of rpcsOf(running.service, new Mistakes())) {
    Object.defineProperty(Reactor.prototype, handler, {
      value: (detail: object) => {
        handled.dispatchEvent(new CustomEvent(handler, { detail }));
        return published ? undefined : message(running, desc.output);
      },
    });
  }
  return Reactor;
}

function arrival(handled: EventTarget, handler: string): Promise<object> {
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
