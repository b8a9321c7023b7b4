import { version } from "../version.js";
import { help, parseCommand } from "./command/arguments.js";
import { ScaffoldError } from "./command/failure.js";
import type { Terminal } from "./command/terminal.js";

/** Runs `dividere-scaffold`, and returns its exit status. Reports the user's mistakes on standard error. */
export async function cli(
  args: readonly string[],
  cwd: string,
  terminal: Terminal,
): Promise<number> {
  try {
    return await run(args, cwd, terminal);
  } catch (error) {
    if (!(error instanceof ScaffoldError)) throw error;
    terminal.stderr.write(`dividere-scaffold: ${error.message}\n`);
    return 2;
  }
}

async function run(args: readonly string[], cwd: string, terminal: Terminal): Promise<number> {
  const command = parseCommand(args);
  // Code that needs a TypeScript compiler is loaded on demand.
  switch (command.kind) {
    case "help":
      terminal.stdout.write(help);
      return 0;
    case "version":
      terminal.stdout.write(`dividere-scaffold v${version}\n`);
      return 0;
    case "init": {
      const { init } = await import("./init/init.js");
      return await init(cwd, command, terminal);
    }
    case "scaffold": {
      const { scaffold } = await import("./scaffold.js");
      return scaffold(cwd, command, terminal);
    }
  }
}
