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
import { printable } from "../../output/table.js";
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
    const json = toJson(DescribeResponseSchema, description, { alwaysEmitImplicit: true });
    out.value({
      endpoint,
      endpoints,
      ...(json as object),
      messages: examples(description, schema),
    });
    return 0;
  }
  for (const line of head(out, endpoint, endpoints, description)) out.line(line);
  for (const line of services(out, description)) out.line(line);
  const shapes = Object.entries(examples(description, schema));
  if (shapes.length > 0) out.line(`\n${out.paint("bold", "messages")}`);
  for (const [name, shape] of shapes) {
    out.line(`  ${out.paint("cyan", printable(name))}  ${JSON.stringify(shape)}`);
  }
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
  const up = startedAt === undefined ? "" : age(timestampDate(startedAt));
  const others = endpoints.filter((each) => each !== endpoint);
  const rows: readonly (readonly [string, string])[] = [
    ["endpoint", endpoint],
    ["others", others.join(" ")],
    ["version", version],
    ["runtime", `${runtime}, ${platform}`],
    ["process", `${pid} on ${host}`],
    ["up", up],
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
    return [
      "",
      `${out.paint("bold", `service ${printable(typeName)}`)}${registered}`,
      ...rpcs.map((rpc) => `  ${rpcLine(out, rpc)}`),
    ];
  });
}

function rpcLine(out: Output, rpc: DescribeResponse_Rpc): string {
  const name = out.paint("cyan", printable(rpc.name));
  const request = (rpc.clientStreaming ? "stream " : "") + printable(rpc.request);
  if (rpc.published) return `event ${name}(${request})`;
  const response = (rpc.serverStreaming ? "stream " : "") + printable(rpc.response);
  return `rpc ${name}(${request}) returns (${response})`;
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
