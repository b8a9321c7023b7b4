import { createInterface } from "node:readline";
import { countedCopies } from "./copies.js";
import { THREADS_FILE, writeThreadTimes } from "./threads.js";

/** A command of the bench to a role, with its fields. */
export interface Command {
  readonly command: string;
  /** The number of operations. */
  readonly count: number;
  /** The size of a message in protobuf, in bytes. */
  readonly size: number;
  /** The number of calls in flight. */
  readonly inFlight: number;
  /** The number of messages in one turn of the event loop. */
  readonly burst: number;
}

/** The functions behind a role's commands, by the name of the command, which is also that of the answer's event. */
export type Answers = Readonly<
  Record<string, (command: Command) => Promise<object | undefined> | object | undefined>
>;

/** The options that the bench has given to this role. */
export function roleOptions<T>(): T {
  return JSON.parse(process.argv[2] ?? "{}") as T;
}

/** Tells the bench something. */
export function tell(event: string, fields: object = {}): void {
  process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
}

/** A clock that all processes of the machine share, in seconds. */
export function clock(): number {
  return Number(process.hrtime.bigint()) / 1e9;
}

/**
 * Tells the bench that all is bound and connected, and answers its commands until the bench closes this process's input.
 */
export function serveBench(answers: Answers, ready: object = {}): void {
  const all: Answers = {
    copies: () => ({ count: countedCopies() }),
    usage: () => {
      const { user, system } = process.cpuUsage();
      return { seconds: (user + system) / 1e6 };
    },
    ...answers,
  };
  const input = createInterface({ input: process.stdin });
  input.on("line", (line) => void answer(all, JSON.parse(line) as Command));
  input.on("close", () => {
    writeThreadTimes(THREADS_FILE);
    // Open sockets would keep the process. `exit` also writes the profile under --cpu-prof.
    process.exit(0);
  });
  tell("ready", ready);
}

async function answer(answers: Answers, command: Command): Promise<void> {
  const run = answers[command.command];
  if (run === undefined) throw new Error(`This role knows no command "${command.command}"`);
  tell(command.command, await run(command));
}
