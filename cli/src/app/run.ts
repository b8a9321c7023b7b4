import { type Command, CommanderError } from "commander";
import { complete } from "../completion/commands.js";
import { COMPLETE } from "../completion/scripts.js";
import { Output } from "../output/output.js";
import { newProgram } from "../program.js";
import { logFrom } from "./logging.js";
import { report } from "./report.js";

/**
 * Carries out a command line and sets the exit code of the process, which ends by itself when the
 * command has closed all that it opened.
 */
export async function run(args: readonly string[]): Promise<void> {
  endWithReader();
  // A command tells of its failure itself; servers switch the log on again.
  logFrom("silent");
  const program = newProgram();
  if (args[0] === COMPLETE) {
    await complete(program, args.slice(1));
    return;
  }
  if (args.length === 0) {
    program.outputHelp();
    return;
  }
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    const out = new Output(args.includes("--json"));
    process.exitCode = report(out, error, `dividere${commandOf(program, args)}`);
  }
}

/** Ends the process when nobody reads its output any more, as in `dividere sub … | head`. */
function endWithReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}

/** Returns the words of a command line that name a command, each after a space. */
function commandOf(program: Command, args: readonly string[]): string {
  let command: Command | undefined = program;
  let words = "";
  for (const word of args) {
    command = command?.commands.find((each) => each.name() === word);
    if (command === undefined) return words;
    words += ` ${word}`;
  }
  return words;
}
