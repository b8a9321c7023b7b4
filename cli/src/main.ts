import { readFileSync } from "node:fs";
import { Command } from "commander";

const { version } = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
) as { version: string };

const program = new Command("dividere")
  .description("Looks at, calls, records and monitors dividere services.")
  .version(version)
  .showSuggestionAfterError();

await program.parseAsync();
