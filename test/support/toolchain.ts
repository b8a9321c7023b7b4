import { type ChildOptions, run } from "./child.js";

/**
 * What a test gives as its `skip`: the reason why `what` cannot be used here, or false.
 *
 * @throws in CI (where the variable CI is set), instead of giving a reason: there a skip is a failure
 */
export function skipReason(what: string, reason: string | undefined): string | false {
  if (reason === undefined) return false;
  if (process.env["CI"]) {
    throw new Error(`In CI the tests with ${what} are not skipped: ${reason}`);
  }
  return reason;
}

/** Runs a command to its end; gives what it said when it did not end well. */
export async function failure(
  command: string,
  args: readonly string[],
  options: ChildOptions & { readonly timeoutMs?: number } = {},
): Promise<string | undefined> {
  try {
    const ended = await run(command, args, options);
    if (ended.status === 0) return undefined;
    const said = `${ended.stdout}${ended.stderr}`.trim().split("\n").slice(-3).join(" ");
    return `\`${command} ${args.join(" ")}\` ended with ${ended.status}: ${said}`;
  } catch (cause) {
    return `\`${command}\` cannot be run: ${cause instanceof Error ? cause.message : cause}`;
  }
}

/** Why the tests of a language are to be skipped: the first of these commands that is not there, or fails. */
export async function missingTool(
  language: string,
  commands: readonly (readonly [command: string, ...args: string[]])[],
): Promise<string | false> {
  for (const [command, ...args] of commands) {
    const reason = await failure(command, args);
    if (reason !== undefined) return skipReason(language, reason);
  }
  return false;
}
