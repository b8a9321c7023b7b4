import { toJson } from "@bufbuild/protobuf";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import type { Command } from "commander";
import { type CommonOptions, type Context, newCommand, runs } from "../../app/command.js";
import { CommandFailure } from "../../app/failure.js";
import { withKeys, withRegistry } from "../../app/options.js";
import { openClient } from "../../connect/introspection.js";
import { openFirst } from "../../connect/open-service.js";
import { describeService } from "../../connect/self-description.js";
import { findTarget, type TargetOptions } from "../../connect/target.js";
import {
  type DescribeResponse,
  type DescribeResponse_Rpc,
  DescribeResponseSchema,
} from "../../gen/dividere/v1/introspection_pb.js";
import { age } from "../../output/numbers.js";
import type { Output } from "../../output/output.js";
import { printable } from "../../output/printable.js";
import { reflectSchema } from "../../schema/reflect.js";
import type { Schema } from "../../schema/schema.js";
import { exampleOf } from "../../schema/shape.js";

interface Options extends CommonOptions, TargetOptions {}

export function describeCommand(): Command {
  const command = newCommand(
    "describe <service>",
    "Show what a service is, its rpcs and its messages",
    {
      details: "The service is a name in the registry or an endpoint.",
      examples: [
        ["dividere describe greeter", "describe a service by its name"],
        ["dividere describe tcp://localhost:5555", "describe what answers at an endpoint"],
      ],
    },
  );
  withRegistry(withKeys(command, "client"));
  return runs<Options, [string]>(command, describe);
}

async function describe(context: Context<Options>, target: string): Promise<number> {
  const { out, options, signal } = context;
  const { endpoints } = await findTarget(target, options, signal);
  await using client = await openFirst(endpoints, (endpoint) =>
    openClient(endpoint, options, true),
  );
  const endpoint = client.endpoints.join(", ");
  const description = await describeService(client, signal);
  const schema = await schemaOf(() => reflectSchema(client, signal));
  if (out.json) {
    const json = toJson(DescribeResponseSchema, description, {
      alwaysEmitImplicit: true,
    }) as object;
    out.value({ endpoint, endpoints, ...json, messages: examples(description, schema) });
    return 0;
  }
  for (const line of head(out, endpoint, endpoints, description)) out.line(line);
  for (const line of services(out, description)) out.line(line);
  for (const line of messages(out, examples(description, schema))) out.line(line);
  if (schema === undefined) out.note("\nIts schema is not embedded; calls need --proto <file>.");
  return 0;
}

async function schemaOf(ask: () => Promise<Schema>): Promise<Schema | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof CommandFailure && error.code === "NO_SCHEMA") return undefined;
    throw error;
  }
}

function head(
  out: Output,
  endpoint: string,
  endpoints: readonly string[],
  { version, instance, startedAt, runtime, platform, pid, host }: DescribeResponse,
): readonly string[] {
  const others = endpoints.filter((each) => each !== endpoint);
  const rows: readonly (readonly [string, string])[] = [
    ["endpoint", endpoint],
    ["others", others.join(" ")],
    ["version", version],
    ["runtime", `${runtime}, ${platform}`],
    ["process", `${pid} on ${host}`],
    ["up", startedAt === undefined ? "" : age(timestampDate(startedAt))],
    ["instance", instance],
  ];
  return rows
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${out.paint("dim", name.padEnd(9))} ${printable(value)}`);
}

function services(out: Output, { services: all }: DescribeResponse): readonly string[] {
  return all.flatMap(({ typeName, name, rpcs }) => {
    const registered =
      name === "" || name === typeName ? "" : out.paint("dim", ` as ${printable(name)}`);
    // The messages of the same package are named without it, as in the proto file.
    const scope = typeName.slice(0, typeName.lastIndexOf(".") + 1);
    return [
      "",
      `${out.paint("bold", `service ${printable(typeName)}`)}${registered}`,
      ...rpcs.map((rpc) => `  ${rpcLine(out, rpc, scope)}`),
    ];
  });
}

function rpcLine(out: Output, rpc: DescribeResponse_Rpc, scope: string): string {
  const named = (type: string) =>
    printable(type.startsWith(scope) ? type.slice(scope.length) : type);
  const name = out.paint("cyan", printable(rpc.name));
  const request = (rpc.clientStreaming ? "stream " : "") + named(rpc.request);
  if (rpc.published) return `event ${name}(${request})`;
  const response = (rpc.serverStreaming ? "stream " : "") + named(rpc.response);
  return `rpc ${name}(${request}) returns (${response})`;
}

/** Returns the lines with the examples of messages; an example that is too long takes several. */
function messages(out: Output, shapes: Readonly<Record<string, unknown>>): readonly string[] {
  const all = Object.entries(shapes);
  if (all.length === 0) return [];
  const width = Math.max(...all.map(([name]) => name.length));
  const lines = all.flatMap(([name, shape]) => {
    const title = out.paint("cyan", printable(name).padEnd(width));
    const line = JSON.stringify(shape);
    if (width + line.length + 4 <= out.width) return [`  ${title}  ${line}`];
    return [`  ${title.trimEnd()}`, ...indented(shape)];
  });
  return ["", out.paint("bold", "messages"), ...lines];
}

function indented(shape: unknown): readonly string[] {
  return JSON.stringify(shape, null, 2)
    .split("\n")
    .map((line) => `    ${line}`);
}

/** Returns an example of each message that the rpcs take and return, by its name. */
function examples(
  { services: all }: DescribeResponse,
  schema: Schema | undefined,
): Readonly<Record<string, unknown>> {
  const names = all.flatMap(({ rpcs }) =>
    rpcs.flatMap(({ request, response }) => [request, response]),
  );
  return Object.fromEntries(
    [...new Set(names)].flatMap((name) => {
      const type = schema?.findMessage(name);
      return type === undefined || type.fields.length === 0 ? [] : [[name, exampleOf(type)]];
    }),
  );
}
