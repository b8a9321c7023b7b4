import type { ReactorOptions, RequestContext } from "dividere/messaging";
import { Reactors, RequestError } from "dividere/messaging";
import type { Heard, Said } from "../../../examples/streams/gen/chat.js";
import { ChatReactor } from "../../../examples/streams/gen/chat_dividere.js";
import type { Chunk, Stored } from "../../../examples/streams/gen/files.js";
import { FilesReactor } from "../../../examples/streams/gen/files_dividere.js";
import type { FollowRequest, Line } from "../../../examples/streams/gen/log.js";
import { LogReactor } from "../../../examples/streams/gen/log_dividere.js";
import type { Msg01, Scalars } from "../../gen/plain.js";
import { GreeterReactor } from "../../gen/plain_dividere.js";

/** Turns a text round; refuses an empty text, and answers with the header "tenant" as a trailer. */
function reverse({ field1 }: Msg01, ctx: RequestContext): Msg01 {
  if (field1 === "") throw new RequestError("INVALID_ARGUMENT", "The text is empty");
  const tenant = ctx.requestHeaders.get("tenant");
  if (tenant !== undefined) ctx.responseHeaders.set("served-for", tenant);
  ctx.responseTrailers.set("length", String(field1.length));
  return { field1: [...field1].reverse().join("") };
}

/** A greeter; its handlers refuse an empty text. */
export class Greeter extends GreeterReactor {
  override handleMsg01(msg: Msg01, ctx: RequestContext): Msg01 {
    return reverse(msg, ctx);
  }
  override handleScalars(scalars: Scalars): Scalars {
    return scalars;
  }
  override handleMsg02(): void {}
  override handleTelegram(): void {}
}

class Log extends LogReactor {
  /** Counts up to the number of lines; goes on for ever from 0. */
  override async *handleFollowRequest(
    { lastLines }: FollowRequest,
    ctx: RequestContext,
  ): AsyncIterable<Line> {
    for (let at = 1; lastLines === 0 || at <= lastLines; at++) {
      if (ctx.signal.aborted) return;
      yield { text: `line ${at}` };
      if (lastLines === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

class Files extends FilesReactor {
  override async handleChunk(chunks: AsyncIterable<Chunk>): Promise<Stored> {
    let bytes = 0n;
    for await (const { data } of chunks) bytes += BigInt(data.length);
    return { bytes, sha256: "" };
  }
}

class Chat extends ChatReactor {
  override async *handleSaid(said: AsyncIterable<Said>, ctx: RequestContext): AsyncIterable<Heard> {
    const name = ctx.requestHeaders.get("name") ?? "nobody";
    for await (const { text } of said) yield { name, text };
  }
}

/** Serves every kind of rpc at one endpoint. */
export function serveAll(endpoint = "tcp://127.0.0.1:*", options?: ReactorOptions): Reactors {
  const services = [new Greeter(), new Log(), new Files(), new Chat()];
  return new Reactors({ serve: endpoint }, services, options);
}
