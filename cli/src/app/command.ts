import { Command } from "commander";
import { Output } from "../output/output.js";
import { Interrupted } from "./failure.js";

/** An example of a command's use, and its effect. */
export type Example = readonly [line: string, effect: string];

/** What a command gets to run with. */
export interface Context<Options = object> {
  readonly out: Output;
  readonly options: Options;
  /** Aborted by Ctrl-C and by SIGTERM, with an {@link Interrupted}; a second signal ends the process. */
  readonly signal: AbortSignal;
}

/** The options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
}

const examples = new WeakMap<Command, readonly Example[]>();

/** Makes a command with its options, its examples and its help. */
export function newCommand(
  nameAndArguments: string,
  summary: string,
  texts: { readonly details?: string; readonly examples: readonly Example[] },
): Command {
  const command = new Command(nameAndArguments.split(" ")[0]);
  for (const argument of nameAndArguments.split(" ").slice(1)) command.argument(argument);
  command
    .summary(summary)
    .description(texts.details === undefined ? `${summary}.` : `${summary}.\n\n${texts.details}`);
  examples.set(command, texts.examples);
  if (texts.examples.length > 0) command.addHelpText("after", () => exampleText(texts.examples));
  return command.option("--json", "print JSON, one value a line");
}

/** Returns the examples of a command. */
export function examplesOf(command: Command): readonly Example[] {
  return examples.get(command) ?? [];
}

/** Sets the action of a command; the number that it returns is the exit code. */
export function runs<Options extends CommonOptions, Arguments extends unknown[]>(
  command: Command,
  action: (context: Context<Options>, ...args: Arguments) => Promise<number | undefined>,
): Command {
  return command.action(async (...all: unknown[]) => {
    const options = command.opts<Options>();
    const interruption = new Interruption();
    try {
      const context = {
        out: new Output(options.json === true),
        options,
        signal: interruption.signal,
      };
      const args = all.slice(0, command.registeredArguments.length) as Arguments;
      process.exitCode = (await action(context, ...args)) ?? 0;
    } finally {
      interruption.close();
    }
  });
}

function exampleText(all: readonly Example[]): string {
  return [
    "",
    "Examples:",
    ...all.flatMap(([line, effect]) => [`  # ${effect}`, `  $ ${line}`]),
  ].join("\n");
}

/** Turns SIGINT and SIGTERM into the abortion of a signal. */
class Interruption {
  readonly #controller = new AbortController();
  readonly #onInterrupt = () => this.#abort("SIGINT");
  readonly #onTerminate = () => this.#abort("SIGTERM");

  constructor() {
    process.on("SIGINT", this.#onInterrupt).on("SIGTERM", this.#onTerminate);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  close(): void {
    process.off("SIGINT", this.#onInterrupt).off("SIGTERM", this.#onTerminate);
  }

  #abort(name: "SIGINT" | "SIGTERM"): void {
    const interrupted = new Interrupted(name);
    if (this.signal.aborted) process.exit(interrupted.exitCode);
    this.#controller.abort(interrupted);
  }
}
