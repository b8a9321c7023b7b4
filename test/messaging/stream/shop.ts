import type { RequestContext } from "dividere/codegen";
import { RequestClient, ServiceReactor } from "dividere/codegen";
import type { CallOptions, ResponseStream, StreamInput } from "dividere/messaging";
import { Msg01, Msg02 } from "../../gen/plain.js";

const definition = {
  typeName: "shop.Shop",
  name: "shop",
  rpcs: {
    Ask: { path: "shop.Shop/Ask", handler: "handleAsk", request: Msg01, response: Msg02 },
    List: {
      path: "shop.Shop/List",
      kind: "serverStream",
      handler: "handleList",
      request: Msg01,
      response: Msg02,
    },
    Upload: {
      path: "shop.Shop/Upload",
      kind: "clientStream",
      handler: "handleUpload",
      request: Msg01,
      response: Msg02,
    },
    Chat: {
      path: "shop.Shop/Chat",
      kind: "bidiStream",
      handler: "handleChat",
      request: Msg01,
      response: Msg02,
    },
  },
} as const;

/** A client with an rpc of each kind. */
export class ShopRequest extends RequestClient {
  ask(msg: Partial<Msg01>, options?: CallOptions): Promise<Msg02> {
    return this.callUnary(definition.rpcs.Ask, msg, options);
  }

  list(msg: Partial<Msg01>, options?: CallOptions): ResponseStream<Msg02> {
    return this.callServerStream(definition.rpcs.List, msg, options);
  }

  upload(msgs: StreamInput<Partial<Msg01>>, options?: CallOptions): Promise<Msg02> {
    return this.callClientStream(definition.rpcs.Upload, msgs, options);
  }

  chat(msgs: StreamInput<Partial<Msg01>>, options?: CallOptions): ResponseStream<Msg02> {
    return this.callBidiStream(definition.rpcs.Chat, msgs, options);
  }
}

/** Its reactor. `handleList` counts up to the number that it is asked for. */
export class ShopReactor extends ServiceReactor {
  readonly errors: Error[] = [];

  constructor(
    links?: ConstructorParameters<typeof ServiceReactor>[1],
    options?: ConstructorParameters<typeof ServiceReactor>[2],
  ) {
    super(definition, links, options);
  }

  handleAsk(msg: Msg01, _ctx: RequestContext): Partial<Msg02> | Promise<Partial<Msg02>> {
    return { field1: msg.field1 };
  }

  async *handleList(msg: Msg01, _ctx: RequestContext): AsyncIterable<Partial<Msg02>> {
    for (let item = 1; item <= Number(msg.field1); item++) yield { field1: String(item) };
  }

  async handleUpload(msgs: AsyncIterable<Msg01>, _ctx: RequestContext): Promise<Partial<Msg02>> {
    const all: string[] = [];
    for await (const { field1 } of msgs) all.push(field1);
    return { field1: all.join(" ") };
  }

  async *handleChat(
    msgs: AsyncIterable<Msg01>,
    _ctx: RequestContext,
  ): AsyncIterable<Partial<Msg02>> {
    for await (const { field1 } of msgs) yield { field1: field1.toUpperCase() };
  }

  override onError(error: Error): void {
    this.errors.push(error);
  }
}

/** The texts of a stream of responses. */
export async function textsOf(stream: AsyncIterable<Msg02>): Promise<string[]> {
  const texts: string[] = [];
  for await (const { field1 } of stream) texts.push(field1);
  return texts;
}
