import { Command } from "commander";
import { allowCommand } from "./allow.js";
import { newKeysCommand } from "./new.js";
import { showCommand } from "./show.js";

export function keysCommand(): Command {
  return new Command("keys")
    .summary("Make, show and accept CURVE keys")
    .description("Make, show and accept the CURVE keys with which connections are encrypted.")
    .addCommand(newKeysCommand())
    .addCommand(showCommand())
    .addCommand(allowCommand());
}
