import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { Command } from "commander";
import { DividereError, RequestError } from "dividere/messaging";
import { type CommonOptions, type Context, newCommand, runs } from "../../app/command.js";
import { ExitCode } from "../../app/exit-codes.js";
import { CommandFailure } from "../../app/failure.js";
import {
  type SchemaOptions,
  type TimeoutOption,
  withKeys,
  withRegistry,
  withSchema,
  withTimeout,
} from "../../app/options.js";
import { duration, positiveInteger } from "../../app/values.js";
import type { DynamicClient } from "../../connect/client.js";
import { openService } from "../../connect/open-service.js";
import type { TargetOptions } from "../../connect/target.js";
import { count } from "../../output/numbers.js";
import { printable } from "../../output/printable.js";
import { readMessage } from "../../schema/json.js";
import { isPublished, pathOf } from "../../schema/rpc.js";
import { Latencies, type LatencySummary } from "./latencies.js";
import { Pace } from "./pace.js";
import { latencyLines } from "./summary-lines.js";

interface Options extends CommonOptions, TargetOptions, SchemaOptions, TimeoutOption {
  readonly duration: number;
  readonly concurrency: number;
  readonly rate?: number;
}

/** The result of a load of calls. */
interface Result {
  readonly rpc: string;
  readonly seconds: number;
  readonly concurrency: number;
  readonly calls: number;
  readonly callsPerSecond: number;
  readonly failed: number;
  /** The failures by status or code. */
  readonly failures: Readonly<Record<string, number>>;
  readonly latency: LatencySummary;
}

export function benchCallCommand(): Command {
  const command = newCommand("call <service> <rpc> [json]", "Call an rpc again and again", {
    details:
      "Without --rate the next call begins when one of --concurrency ends. With --rate calls begin at fixed times, and the latency counts from the time at which a call was due. An rpc with a stream of responses is called to the end of the stream. The load is real: mind a live service.",
    examples: [
      [`dividere bench call greeter Reverse '{"field1":"hello"}'`, "ten seconds, ten at once"],
      ["dividere bench call greeter Reverse --rate 500 --duration 1m", "500 calls a second"],
    ],
  })
    .option("-d, --duration <time>", "how long", duration, 10_000)
    .option("-c, --concurrency <number>", "the most calls at once", positiveInteger, 10)
    .option(
      "-r, --rate <number>",
      "calls a second; as many as possible by default",
      positiveInteger,
    );
  withTimeout(command, "the longest wait for an answer; 10s by default");
  withRegistry(withSchema(withKeys(command, "client")));
  return runs<Options, [string, string, string | undefined]>(command, bench);
}

async function bench(
  context: Context<Options>,
  target: string,
  rpc: string,
  json: string | undefined,
): Promise<number> {
  const { out, options, signal } = context;
  const service = await openService(target, options, signal);
  await using client = service.client;
  const method = service.schema.rpc(rpc);
  refuseOthers(method);
  const request = readMessage(service.schema, method.input, json ?? "{}");
  out.note(`Calling ${pathOf(method)} for ${options.duration / 1_000} s; Ctrl-C ends early.`);
  const result = await load(context, client, method, request);
  out.result(result, () => [
    `${printable(result.rpc)}: ${count(result.calls)} calls in ${result.seconds.toFixed(1)} s, ${count(result.callsPerSecond)} a second`,
    ...Object.entries(result.failures).map(
      ([code, times]) => `${out.paint("red", "failed")}: ${printable(code)} ${count(times)}`,
    ),
    ...latencyLines(out, result.latency),
  ]);
  return result.failed > 0 && result.failed === result.calls ? ExitCode.refused : ExitCode.done;
}

async function load(
  { options, signal }: Context<Options>,
  client: DynamicClient,
  method: DescMethod,
  request: Message,
): Promise<Result> {
  const latencies = new Latencies();
  const failures: Record<string, number> = {};
  const { timeout } = options;
  const callOptions = { signal, ...(timeout !== undefined && { timeoutMs: timeout }) };
  const isStream = method.methodKind === "server_streaming";
  let calls = 0;
  let failed = 0;
  const pace = new Pace(options.duration, options.rate ?? Number.POSITIVE_INFINITY, signal);
  const caller = async (): Promise<void> => {
    for (;;) {
      const due = await pace.next();
      if (due === undefined) return;
      try {
        if (isStream) await drained(client.stream(method, request, callOptions));
        else await client.unary(method, request, callOptions);
        latencies.add(performance.now() - due);
      } catch (error) {
        if (signal.aborted) return;
        const code = codeOf(error);
        if (code === undefined) throw error;
        failures[code] = (failures[code] ?? 0) + 1;
        failed++;
      }
      calls++;
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, caller));
  const seconds = pace.elapsedMs / 1_000;
  return {
    rpc: pathOf(method),
    seconds: Number(seconds.toFixed(3)),
    concurrency: options.concurrency,
    calls,
    callsPerSecond: Number((calls / seconds).toFixed(1)),
    failed,
    failures,
    latency: latencies.summary(),
  };
}

async function drained(responses: AsyncIterable<object>): Promise<void> {
  for await (const _response of responses);
}

function codeOf(error: unknown): string | undefined {
  if (error instanceof RequestError) return error.status;
  return error instanceof DividereError ? error.code : undefined;
}

function refuseOthers(method: DescMethod): void {
  const isCalled = method.methodKind === "unary" || method.methodKind === "server_streaming";
  if (isCalled && !isPublished(method)) return;
  throw new CommandFailure(
    "NOT_CALLABLE",
    ExitCode.usage,
    isPublished(method)
      ? `${method.name} is an event, which is published and not called`
      : `${method.name} takes a stream of requests, which bench does not send`,
    {
      hint: isPublished(method)
        ? `Measure it with dividere bench pub <endpoint> ${method.input.typeName}`
        : "Choose an rpc that takes one request.",
    },
  );
}
