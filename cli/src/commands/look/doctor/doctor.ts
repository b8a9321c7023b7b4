import type { Command } from "commander";
import { type CommonOptions, type Context, newCommand, runs } from "../../../app/command.js";
import { withKeys, withRegistry } from "../../../app/options.js";
import { findTarget, type TargetOptions } from "../../../connect/target.js";
import { printable } from "../../../output/printable.js";
import { type Diagnosis, diagnose } from "./diagnose.js";

interface Options extends CommonOptions, TargetOptions {
  readonly handshakeOnly?: boolean;
}

export function doctorCommand(): Command {
  const command = newCommand(
    "doctor <endpoint>",
    "Find out what is at an endpoint, and what is wrong",
    {
      details:
        "Reads the greeting that every ZeroMQ socket sends, and asks only what may answer: a REP socket, as of a service in Python, gets no message. The exit code is 0 for a working end of dividere, 4 if nobody is there, 5 if keys are the trouble, and 1 for anything else.",
      examples: [
        ["dividere doctor tcp://localhost:5555", "look at an endpoint"],
        ["dividere doctor greeter", "look at each instance of a registered service"],
        ["dividere doctor tcp://db:5555 --key me --server-key db.key", "try the keys"],
      ],
    },
  ).option("--handshake-only", "send no message at all");
  withRegistry(withKeys(command, "client"));
  return runs<Options, [string]>(command, doctor);
}

async function doctor(context: Context<Options>, text: string): Promise<number> {
  const { out, options, signal } = context;
  const { endpoints } = await findTarget(text, options, signal);
  let exitCode = 0;
  for (const [at, endpoint] of endpoints.entries()) {
    const asks = options.handshakeOnly !== true;
    const diagnosis = await diagnose(endpoint, { keys: options, asks, signal });
    exitCode ||= diagnosis.exitCode;
    if (at > 0 && !out.json) out.line();
    out.result(diagnosis, () => linesOf(context, diagnosis));
  }
  return exitCode;
}

function linesOf({ out }: Context<Options>, { checks, next }: Diagnosis): readonly string[] {
  const lines = checks.map(({ ok, name, text }) => {
    const sign = ok ? out.paint("green", "ok  ") : out.paint("red", "FAIL");
    return `${sign} ${name.padEnd(10)} ${printable(text)}`;
  });
  return next === undefined ? lines : [...lines, out.paint("bold", `next ${next}`)];
}
