/** The exit codes of the command, which scripts may rely on. */
export const ExitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  unreachable: 4,
  security: 5,
  refused: 6,
} as const;

/** Returns the exit code of a call that failed with a status. */
export function exitCodeOf(status: string): number {
  // The connection was lost, or the service is not able to answer: nobody there, to a script.
  return status === "UNAVAILABLE" ? ExitCode.unreachable : ExitCode.refused;
}

/** The meaning of each exit code, for the help and for docs/cli.md. */
export const exitCodes: readonly (readonly [code: number, meaning: string])[] = [
  [ExitCode.done, "Done. A command that runs until it is stopped ends so at Ctrl-C, too."],
  [ExitCode.failed, "Failed for a reason that has no code of its own."],
  [ExitCode.usage, "Wrong usage: a command, an option, JSON or a file that is not right."],
  [ExitCode.notFound, "No such service, rpc or message type."],
  [ExitCode.unreachable, "No answer: nobody is there, or the time has passed."],
  [ExitCode.security, "A key is missing, wrong or refused."],
  [ExitCode.refused, "The service answered with an error."],
  [130, "Interrupted by Ctrl-C (SIGINT) before it was done; 143 by SIGTERM."],
];
