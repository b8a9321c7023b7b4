// Runs child processes for the other scripts. Uses only Node's own modules: it runs before the packages are installed.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { environment, program } from "./program.mjs";

/** The repository's top folder. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

/** The time after which a step prints its label. */
const quietForMs = 1000;

/** The failure of a step whose output has been shown; only its message is still to be printed. */
export class StepFailed extends Error {
  /** @override */
  name = "StepFailed";
}

/**
 * Whether `stream` takes colour: a terminal does, a pipe does not; NO_COLOR and FORCE_COLOR overrule.
 *
 * @param {{ isTTY?: boolean }} stream
 */
export function takesColour(stream) {
  if (process.env["NO_COLOR"]) return false;
  if (process.env["FORCE_COLOR"]) return process.env["FORCE_COLOR"] !== "0";
  return stream.isTTY === true;
}

/**
 * Returns functions that paint text for `stream`, or leave it unchanged without colour.
 *
 * @param {{ isTTY?: boolean }} stream
 */
export function paint(stream) {
  const wanted = takesColour(stream);
  /** @type {(open: number, close: number) => (text: string) => string} */
  const style = (open, close) => (text) =>
    wanted ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return { bold: style(1, 22), dim: style(2, 22), red: style(31, 39), green: style(32, 39) };
}

/**
 * Runs a command and returns its output. Prints `label` when the command takes more than a second.
 * When the command fails, shows its output and throws a {@link StepFailed}.
 *
 * @param {string} label the step's work, as in "Installing packages"
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<string>} standard output
 */
export async function step(label, command, args, options = {}) {
  const colour = paint(process.stderr);
  const started = Date.now();
  const announce = setTimeout(
    () => process.stderr.write(`${colour.dim(`${label} …`)}\n`),
    quietForMs,
  );
  const result = await capture(command, args, options).finally(() => clearTimeout(announce));
  if (result.status !== 0) {
    process.stderr.write(result.output.endsWith("\n") ? result.output : `${result.output}\n`);
    throw new StepFailed(
      `${label} failed: \`${[command, ...args].join(" ")}\` ended with ${result.status}; its output is above.`,
    );
  }
  const tookMs = Date.now() - started;
  if (tookMs > quietForMs) {
    process.stderr.write(colour.dim(`${label} took ${(tookMs / 1000).toFixed(1)} s\n`));
  }
  return result.stdout;
}

/**
 * Runs a command and captures its output.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ status: number | string, stdout: string, output: string }>} its exit status or
 *   the signal that ended it, its standard output, and both streams in the order of their output
 */
export function capture(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = start(command, args, options, ["ignore", "pipe", "pipe"]);
    let stdout = "";
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      output += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    child.on("error", (cause) => reject(cannotStart(command, cause)));
    child.on("close", (code, signal) =>
      resolve({ status: code ?? signal ?? "unknown", stdout, output }),
    );
  });
}

/**
 * Runs a command on this process's own terminal, and returns its exit status.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>}
 */
export function stream(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = start(command, args, options, "inherit");
    child.on("error", (cause) => reject(cannotStart(command, cause)));
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/**
 * Runs the body of a script; a failed step ends it with its message and no stack trace.
 *
 * @param {() => Promise<number | void>} body returns the exit status
 */
export async function main(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    process.stderr.write(`\n${paint(process.stderr).red(error.message)}\n`);
    process.exitCode = 1;
  }
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} options
 * @param {import("node:child_process").StdioOptions} stdio
 */
function start(command, args, options, stdio) {
  const [file, before] = program(command);
  return spawn(file, [...before, ...args], {
    cwd: options.cwd ?? root,
    env: environment(options.env),
    stdio,
  });
}

/**
 * @param {string} command
 * @param {Error} cause
 */
function cannotStart(command, cause) {
  return new StepFailed(`Cannot start \`${command}\`: ${cause.message}.`, { cause });
}
