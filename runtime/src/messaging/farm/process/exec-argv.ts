// Options for this process only: the debugger's port is in use, the script is not the worker's, and
// a worker is neither a test file nor watched.
const OWN = /^--(inspect|debug|test|watch|eval|print|check|interactive|input-type|entry-url)\b/;
const OWN_WITH_VALUE =
  /^(-e|-p|-pe|--eval|--print|--input-type|--inspect-port|--debug-port|--watch-path|--test-[a-z-]+)$/;

/**
 * The options of `node` that a worker process takes over: loaders such as `--import tsx`, memory
 * limits and the like.
 *
 * @param execArgv - The options of this process, `process.execArgv`.
 */
export function inheritedExecArgv(execArgv: readonly string[]): string[] {
  const inherited: string[] = [];
  for (let index = 0; index < execArgv.length; index++) {
    const option = execArgv[index] ?? "";
    if (OWN_WITH_VALUE.test(option)) {
      // The option's value is the next argument, unless that is an option itself.
      if (execArgv[index + 1]?.startsWith("-") === false) index++;
    } else if (!OWN.test(option) && option !== "-i" && option !== "-c") inherited.push(option);
  }
  return inherited;
}
