import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { examplesOf } from "../../cli/src/app/command.js";
import { exitCodes } from "../../cli/src/app/exit-codes.js";
import { splitLine } from "../../cli/src/completion/words.js";
import { newProgram } from "../../cli/src/program.js";
import { findFiles } from "../../scripts/files.mjs";
import { root } from "../support/child.js";
import { dividere, done, failed } from "./support/dividere.js";

type Command = ReturnType<typeof newProgram>;

const program = newProgram();
const page = readFileSync(join(root, "docs", "cli.md"), "utf8");

/** Returns the commands that do something, each with its full name. */
function leaves(command: Command, before = ""): readonly (readonly [name: string, Command])[] {
  return command.commands.flatMap((each) => {
    const name = `${before}${each.name()}`;
    return each.commands.length > 0 ? leaves(each, `${name} `) : [[name, each] as const];
  });
}

/** Returns the help of a command at 80 columns. */
function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => 80,
  });
  command.outputHelp();
  return text;
}

describe("the help", () => {
  test("of dividere lists every command and exit code", async () => {
    const text = (await done(["--help"])).join("\n");
    for (const command of program.commands)
      assert.match(text, new RegExp(`^ +${command.name()} `, "m"));
    for (const [code, meaning] of exitCodes)
      assert.ok(text.includes(`${code} `.padEnd(5) + meaning));
    assert.deepEqual((await done([])).join("\n"), text);
    assert.deepEqual((await done(["help"])).join("\n"), text);
    assert.match((await done(["help", "call"])).join("\n"), /^Usage: dividere call/);
  });

  for (const [name, command] of leaves(program)) {
    test(`of ${name} has examples, fits 80 columns, and is in docs/cli.md`, () => {
      const text = helpOf(command);
      assert.match(text, new RegExp(`^Usage: dividere ${name} \\[options\\]`));
      for (const line of text.split("\n"))
        assert.ok(line.length <= 80 || /^ {2}\$ /.test(line), line);
      const examples = examplesOf(command);
      assert.ok(examples.length > 0);
      const section = sectionOf(name);
      for (const [line] of examples) {
        assert.ok(section.includes(line), `docs/cli.md has no example ${line}`);
        checkExample(line);
      }
      for (const { long } of command.options) {
        const flag = long ?? "";
        const isCommon = commonOptions.includes(flag);
        assert.ok(
          (isCommon ? page : section).includes(`\`${flag}`),
          `docs/cli.md: ${name} ${flag}`,
        );
      }
    });
  }

  test("of a group of commands exits with 2, as nothing was done", async () => {
    const { status, stderr } = await dividere(["keys"]);
    assert.equal(status, 2);
    assert.match(stderr, /^Usage: dividere keys/);
  });

  test("prints the version", async () => {
    const { version } = JSON.parse(readFileSync(join(root, "cli", "package.json"), "utf8"));
    assert.deepEqual(await done(["--version"]), [version]);
  });
});

test("docs/cli.md has the exit codes, and no command that is not there", () => {
  for (const [code, meaning] of exitCodes) {
    assert.match(page, new RegExp(`^\\| ${code} +\\| ${escaped(meaning)} +\\|$`, "m"));
  }
  const documented = [...page.matchAll(/^### `dividere ([a-z ]+)`/gm)].map(([, name]) => name);
  assert.deepEqual(
    documented.sort(),
    leaves(program)
      .map(([name]) => name)
      .sort(),
  );
});

test("docs/cli.md has the code of every failure", () => {
  const sources = findFiles(
    "cli/src",
    (path) => path.endsWith(".ts") && !path.includes("/monitor/"),
  );
  const codes = sources.flatMap((path) => {
    const text = readFileSync(join(root, path), "utf8");
    return [...text.matchAll(/new CommandFailure\(\s*"([A-Z_]+)"|NO_LIST/g)].map(
      ([whole, code]) => code ?? whole,
    );
  });
  assert.ok(codes.length > 20);
  const start = page.indexOf("### Error codes");
  const table = page.slice(start, page.indexOf("\n## ", start));
  const documented = [...table.matchAll(/`([A-Z_]+)`/g)].map(([, code]) => code ?? "");
  assert.deepEqual([...documented].sort(), [...new Set(codes)].sort());
});

describe("a mistake on the command line", () => {
  test("in a command names the nearest one", async () => {
    const error = await failed(2, ["describ", "x"]);
    assert.deepEqual([error.code, error.message], ["USAGE", "Unknown command 'describ'"]);
    assert.equal(
      error.hint,
      "Did you mean describe? dividere --help shows the usage and examples.",
    );
    const { status, stderr } = await dividere(["keys", "nwe", "x"]);
    assert.equal(status, 2);
    assert.equal(
      stderr,
      "error: Unknown command 'nwe'\nDid you mean new? dividere keys --help shows the usage and examples.\n",
    );
  });

  test("in an option names the nearest one", async () => {
    const error = await failed(2, ["call", "greeter", "Reverse", "--timout", "5s"]);
    assert.match(error.message, /^Unknown option '--timout'/);
    assert.match(error.hint ?? "", /^Did you mean --timeout\? dividere call --help/);
  });

  test("in the number of arguments names the command's help", async () => {
    const missing = await failed(2, ["call", "greeter"]);
    assert.equal(missing.message, "Missing required argument 'rpc'");
    assert.match(missing.hint ?? "", /dividere call --help/);
    const many = await failed(2, ["doctor", "a", "b"]);
    assert.match(many.message, /Too many arguments for 'doctor'/);
  });

  test("in a value says what to write", async () => {
    const call = ["call", "greeter", "Reverse"];
    for (const [option, value, expected] of [
      ["--timeout", "soon", 'Write a time such as "500ms", "5s" or "2m".'],
      ["--header", "tenant", 'Write it as "key=value".'],
    ] as const) {
      const error = await failed(2, [...call, option, value]);
      assert.ok(error.message.endsWith(expected), error.message);
    }
    const sub = await failed(2, ["sub", "tcp://127.0.0.1:1", "--count", "0"]);
    assert.match(sub.message, /Write a whole number from 1\.$/);
    const shell = await failed(2, ["completion", "csh"]);
    assert.match(shell.message, /Allowed choices are bash, zsh, fish/);
  });
});

/** The options that several commands share, which the page describes once. */
const commonOptions = [
  "--json",
  "--registry",
  "--key",
  "--server-key",
  "--allow",
  "--proto",
  "--proto-path",
  "--descriptors",
  "--reflect",
];

/** Returns the part of the page about a command. */
function sectionOf(name: string): string {
  const start = page.indexOf(`### \`dividere ${name}\``);
  assert.ok(start >= 0, `docs/cli.md has no section about ${name}`);
  const rest = page.slice(start + 4);
  const end = rest.search(/^##+ /m);
  return end < 0 ? rest : rest.slice(0, end);
}

/** An example must name a command and options that are there. */
function checkExample(line: string): void {
  const words = splitLine(line.replace(/^eval "\$\((.*)\)"$/, "$1").replace(/ [<|] .*$/, "")).slice(
    1,
  );
  let command = program;
  for (const word of words) {
    command = command.commands.find((each) => each.name() === word) ?? command;
    if (!word.startsWith("--")) continue;
    assert.ok(
      command.options.some(({ long }) => long === word),
      `${line}: ${word}`,
    );
  }
  assert.notEqual(command, program, line);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
