import type { Command } from "commander";
import { esMessageType } from "dividere/codegen/es";
import { DividereError, type MessageType, Publisher } from "dividere/messaging";
import { type CommonOptions, type Context, newCommand, runs } from "../../app/command.js";
import { ExitCode } from "../../app/exit-codes.js";
import { CommandFailure } from "../../app/failure.js";
import {
  type ClientKeyOptions,
  type RegistryOption,
  type SchemaOptions,
  type ServerKeyOptions,
  type TimeoutOption,
  withKeys,
  withRegistry,
  withSchema,
  withTimeout,
} from "../../app/options.js";
import { wholeNumber } from "../../app/values.js";
import { peerSecurity } from "../../connect/keys.js";
import { readMessage } from "../../schema/json.js";
import { linesOf } from "../calls/requests.js";
import { eventSchema, type ReflectOption, withoutSchema } from "./event-schema.js";

interface Options
  extends CommonOptions,
    ClientKeyOptions,
    ServerKeyOptions,
    RegistryOption,
    SchemaOptions,
    ReflectOption,
    TimeoutOption {
  readonly wait: number;
  readonly sequence?: boolean;
}

export function pubCommand(): Command {
  const command = newCommand("pub <endpoint> <type> [json]", "Publish an event", {
    details:
      "Binds the endpoint, as a publisher does, and waits for a subscriber; with > before the endpoint it connects, to a proxy or to a subscriber that binds. Without JSON, or with -, each line of standard input is an event.",
    examples: [
      [
        `dividere pub tcp://127.0.0.1:5556 Msg02 '{"field1":"hi"}' --proto greeter.proto`,
        "publish to the first subscriber",
      ],
      [`dividere pub '>tcp://proxy:5557' Msg02 '{}' --reflect greeter`, "publish through a proxy"],
      [
        "dividere pub tcp://127.0.0.1:5556 Msg02 --proto greeter.proto < lines",
        "publish each line",
      ],
    ],
  })
    .option("--wait <subscribers>", "the subscribers to wait for; 0 for none", wholeNumber, 1)
    .option("--sequence", "number the events, so that subscribers notice losses")
    .option("--reflect <service>", "take the schema from this service, by name or endpoint");
  withTimeout(command, "the longest wait for subscribers; none by default");
  withRegistry(withSchema(withKeys(command, "both")));
  return runs<Options, [string, string, string | undefined]>(command, pub);
}

async function pub(
  context: Context<Options>,
  endpoint: string,
  typeName: string,
  json: string | undefined,
): Promise<number> {
  const { out, options, signal } = context;
  const schema = await eventSchema(options, signal);
  if (schema === undefined) throw withoutSchema();
  const descriptor = schema.message(typeName);
  const single =
    json === undefined || json === "-" ? undefined : readMessage(schema, descriptor, json);
  const type = esMessageType(descriptor);
  await using publisher = openPublisher(endpoint, type, options);
  const { endpoints } = publisher;
  if (options.wait > 0) {
    out.note(
      `Waiting for ${options.wait === 1 ? "a subscriber" : `${options.wait} subscribers`} at ${endpoints.join(", ")}.`,
    );
    const { timeout } = options;
    await publisher.waitForSubscribers(options.wait, {
      signal,
      ...(timeout !== undefined && { timeoutMs: timeout }),
    });
  }
  let published = 0;
  const messages =
    single === undefined
      ? linesOf(context, (line, where) => readMessage(schema, descriptor, line, where))
      : [single];
  for await (const message of messages) {
    await publisher.send(message, type, { signal });
    published++;
  }
  signal.throwIfAborted();
  await publisher.drain();
  const summary = { published, type: descriptor.typeName, endpoints };
  out.result(summary, () => `Published ${published} ${descriptor.typeName}.`);
  return ExitCode.done;
}

function openPublisher(
  endpoint: string,
  type: MessageType<object>,
  options: Options,
): Publisher<MessageType<object>> {
  try {
    return new Publisher(endpoint, [type], {
      ...peerSecurity(options, [endpoint], true),
      sequence: options.sequence === true,
    });
  } catch (error) {
    if (!(error instanceof DividereError) || error.code !== "ADDRESS_IN_USE") throw error;
    throw new CommandFailure(error.code, ExitCode.failed, error.message, {
      cause: error,
      hint: `If a proxy or a subscriber is bound there, connect to it: '>${endpoint}'`,
    });
  }
}
