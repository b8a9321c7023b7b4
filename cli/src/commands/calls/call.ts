import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { Command } from "commander";
import { type CallHeaders, type CallOptions, RequestError } from "dividere/messaging";
import { type CommonOptions, type Context, newCommand, runs } from "../../app/command.js";
import { ExitCode } from "../../app/exit-codes.js";
import { CallRefused, CommandFailure } from "../../app/failure.js";
import {
  type SchemaOptions,
  type TimeoutOption,
  withKeys,
  withRegistry,
  withSchema,
  withTimeout,
} from "../../app/options.js";
import { header } from "../../app/values.js";
import { type OpenService, openService } from "../../connect/open-service.js";
import type { TargetOptions } from "../../connect/target.js";
import { isPublished } from "../../schema/rpc.js";
import type { Schema } from "../../schema/schema.js";
import { requestOf, requestsOf } from "./requests.js";

interface Options extends CommonOptions, TargetOptions, SchemaOptions, TimeoutOption {
  readonly header?: readonly (readonly [string, string | Uint8Array])[];
  readonly include?: boolean;
}

export function callCommand(): Command {
  const command = newCommand("call <service> <rpc> [json]", "Call an rpc and print its response", {
    details:
      'The service is a name in the registry or an endpoint. The JSON is the request, "-" reads it from standard input; a stream of requests is read from there too, one JSON object a line. Each response of a stream is a line. The schema comes from the service itself, or from --proto or --descriptors, which a service in Python needs.',
    examples: [
      [`dividere call greeter Reverse '{"field1":"hello"}'`, "call a service by its name"],
      ["dividere call tcp://localhost:5555 Reverse '{}'", "call the service at an endpoint"],
      [`dividere call log Follow '{"lastLines":2}' --timeout 10s`, "print a stream as it comes"],
      ["dividere call chat Talk < lines.json", "send a stream, one JSON object a line"],
      ["dividere call greeter Reverse '{}' --proto greeter.proto", "call a service in Python"],
    ],
  })
    .option("-H, --header <key=value>", "send a header; may be repeated", header)
    .option("-i, --include", "print the reply's headers and trailers too");
  withTimeout(command, "the longest wait; 10s by default, streams have none");
  withRegistry(withSchema(withKeys(command, "client")));
  return runs<Options, [string, string, string | undefined]>(command, call);
}

async function call(
  context: Context<Options>,
  target: string,
  rpc: string,
  json: string | undefined,
): Promise<number> {
  const { options, signal } = context;
  const service = await openService(target, options, signal);
  await using client = service.client;
  const method = service.schema.rpc(rpc);
  if (isPublished(method)) throw published(method);
  try {
    await carryOut(context, { ...service, client }, method, json);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof RequestError ? refused(service.schema, error) : error;
  }
  return 0;
}

async function carryOut(
  context: Context<Options>,
  { client, schema }: OpenService,
  method: DescMethod,
  json: string | undefined,
): Promise<void> {
  const { out, options, signal } = context;
  const include = options.include === true;
  const callOptions: CallOptions = {
    signal,
    headers: options.header ?? [],
    ...(options.timeout !== undefined && { timeoutMs: options.timeout }),
    onHeaders: (headers) => include && out.value({ headers: toObject(headers) }),
    onTrailers: (trailers) => include && trailing.push(trailers),
  };
  const trailing: CallHeaders[] = [];
  const show = (message: object, isStream: boolean) => {
    const shown = schema.write(method.output, message as Message);
    if (include) out.value({ message: shown });
    else if (isStream) out.value(shown);
    else out.document(shown);
  };
  try {
    if (method.methodKind === "unary") {
      const request = await requestOf(context, schema, method, json);
      show(await client.unary(method, request, callOptions), false);
    } else if (method.methodKind === "client_streaming") {
      const requests = requestsOf(context, schema, method, json);
      show(await client.clientStream(method, requests, callOptions), false);
    } else {
      const request =
        method.methodKind === "server_streaming"
          ? await requestOf(context, schema, method, json)
          : requestsOf(context, schema, method, json);
      for await (const message of client.stream(method, request, callOptions)) show(message, true);
    }
  } finally {
    for (const trailers of trailing) out.value({ trailers: toObject(trailers) });
  }
}

function toObject(headers: CallHeaders): Record<string, string> {
  return Object.fromEntries(
    [...headers].map(([key, value]) => [
      key,
      typeof value === "string" ? value : Buffer.from(value).toString("base64"),
    ]),
  );
}

/** Makes the failure of a call that the service refused, with the details that the schema knows. */
function refused(schema: Schema, error: RequestError): CallRefused {
  const details = error.details.map(({ typeName, value }) => {
    const type = schema.findMessage(typeName);
    return {
      "@type": typeName,
      ...(type === undefined
        ? { value: Buffer.from(value).toString("base64") }
        : (schema.toJson(type, value) as object)),
    };
  });
  return new CallRefused(error.status, error.message, details, error);
}

function published(method: DescMethod): CommandFailure {
  return new CommandFailure(
    "NOT_CALLABLE",
    ExitCode.usage,
    `${method.name} is an event, which is published and not called`,
    { hint: `Publish it: dividere pub <endpoint> ${method.input.typeName} '{…}'` },
  );
}
