import { readFileSync } from "node:fs";
import { Command } from "commander";
import { exitCodes } from "./app/exit-codes.js";
import { benchCommand } from "./commands/bench/bench.js";
import { callCommand } from "./commands/calls/call.js";
import { pubCommand } from "./commands/events/pub.js";
import { recordCommand } from "./commands/events/record.js";
import { replayCommand } from "./commands/events/replay.js";
import { subCommand } from "./commands/events/sub.js";
import { keysCommand } from "./commands/keys/keys.js";
import { describeCommand } from "./commands/look/describe.js";
import { doctorCommand } from "./commands/look/doctor/doctor.js";
import { lsCommand } from "./commands/look/ls.js";
import { statsCommand } from "./commands/look/stats.js";
import { brokerCommand } from "./commands/servers/broker.js";
import { monitorCommand } from "./commands/servers/monitor.js";
import { proxyCommand } from "./commands/servers/proxy.js";
import { registryCommand } from "./commands/servers/registry.js";
import { completionCommand } from "./completion/commands.js";

/** Makes the command `dividere` with all of its commands. */
export function newProgram(): Command {
  const { version } = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  ) as { version: string };
  const program = new Command("dividere")
    .description("Look at, call, record and monitor services of dividere.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command")
    .addHelpText("after", footer);

  program.commandsGroup("Services:");
  program.addCommand(lsCommand());
  program.addCommand(describeCommand());
  program.addCommand(callCommand());
  program.addCommand(statsCommand());
  program.addCommand(doctorCommand());

  program.addCommand(benchCommand());

  program.commandsGroup("Events:");
  program.addCommand(subCommand());
  program.addCommand(pubCommand());
  program.addCommand(recordCommand());
  program.addCommand(replayCommand());

  program.commandsGroup("Servers, until Ctrl-C:");
  program.addCommand(registryCommand());
  program.addCommand(brokerCommand());
  program.addCommand(proxyCommand());
  program.addCommand(monitorCommand());

  program.commandsGroup("This machine:");
  program.addCommand(keysCommand());
  program.addCommand(completionCommand());

  configure(program);
  return program;
}

/** Lets errors be thrown, and printed in one place with the next step. */
function configure(command: Command): void {
  command
    .exitOverride()
    .showSuggestionAfterError(true)
    .helpOption("-h, --help", "show this help")
    .configureHelp({ subcommandTerm })
    .configureOutput({ outputError: () => {} });
  for (const each of command.commands) configure(each);
}

/** Returns a command with its arguments, as the list of commands shows it. */
function subcommandTerm(command: Command): string {
  const args = command.registeredArguments.map((argument) =>
    argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
  );
  return [command.name(), ...args].join(" ");
}

function footer(): string {
  const rows = exitCodes.map(([code, meaning]) => `  ${String(code).padEnd(4)} ${meaning}`);
  return ["", "Exit codes:", ...rows].join("\n");
}
