import { ExitCode } from "../app/exit-codes.js";
import { CommandFailure } from "../app/failure.js";
import { type Peeked, peek } from "./peek.js";

/** What a client expects at an endpoint. */
export interface Expected {
  /** The socket types that answer it. */
  readonly socketTypes: readonly string[];
  /** What is wanted there, such as "a service". */
  readonly what: string;
  /** Whether this client speaks CURVE. */
  readonly isSecured: boolean;
}

const NEXT_STEPS: Readonly<Record<string, string>> = {
  registry: "Name it with --registry <endpoint>, or start one: dividere registry",
  publisher: "Is that its endpoint? With --wait the command waits until it is there.",
};

/** The socket types that answer requests. */
export const ANSWERING: readonly string[] = ["ROUTER", "REP", "DEALER"];

/** The socket types that publish. */
export const PUBLISHING: readonly string[] = ["PUB", "XPUB"];

/**
 * Looks at an endpoint before it is used, so that a mistake shows at once and not as a time-out.
 *
 * @returns What is there; `undefined` for an endpoint that this side binds.
 * @throws CommandFailure when nothing is there, or something that cannot answer.
 */
export async function preflight(endpoint: string, expected: Expected): Promise<Peeked | undefined> {
  if (!/^>?(tcp|ipc):\/\//.test(endpoint)) return undefined;
  const found = await peek(endpoint);
  const wrong = wrongWith(endpoint, found, expected);
  if (wrong !== undefined) throw wrong;
  return found;
}

function wrongWith(
  endpoint: string,
  found: Peeked,
  { socketTypes, what, isSecured }: Expected,
): CommandFailure | undefined {
  switch (found.kind) {
    case "nothing":
      return unreachable(
        `No ${what} is at ${endpoint}: ${found.reason}`,
        NEXT_STEPS[what] ?? "Is it running, and is that its endpoint?",
      );
    case "silent":
      // A peer that is busy greets late; the call itself decides.
      return undefined;
    case "foreign":
      return unreachable(
        `The program at ${endpoint} does not speak ZeroMQ: it sent ${JSON.stringify(found.beginning)}`,
        "Another program has that port; check the endpoint.",
      );
    case "zeromq":
      break;
  }
  if (found.mechanism === "CURVE" && !isSecured) {
    return new CommandFailure(
      "SECURITY_MISMATCH",
      ExitCode.security,
      `The ${what} at ${endpoint} speaks CURVE only`,
      {
        hint: "Add --key <file> and --server-key <file>; docs/security.md tells how to make them.",
      },
    );
  }
  if (found.mechanism !== "CURVE" && isSecured) {
    return new CommandFailure(
      "SECURITY_MISMATCH",
      ExitCode.security,
      `The ${what} at ${endpoint} has no CURVE`,
      { hint: "Leave --key and --server-key out, or secure the server." },
    );
  }
  const { socketType } = found;
  if (socketType === undefined || socketTypes.includes(socketType)) return undefined;
  return new CommandFailure(
    "SOCKET_TYPE",
    ExitCode.failed,
    `The socket at ${endpoint} is ${withArticle(socketType)}, and ${what === "publisher" ? "a publisher has a PUB or XPUB" : `a ${what} has a ROUTER or REP`}`,
    { hint: hintFor(socketType, endpoint) },
  );
}

/** Returns the type of a socket after its article: "an XPUB", "a ROUTER". */
export function withArticle(socketType: string): string {
  return `${/^X/.test(socketType) ? "an" : "a"} ${socketType}`;
}

function hintFor(socketType: string, endpoint: string): string {
  if (PUBLISHING.includes(socketType)) {
    return `Events are published there: dividere sub ${endpoint}`;
  }
  if (ANSWERING.includes(socketType)) {
    return `Requests are answered there: dividere describe ${endpoint}`;
  }
  return `dividere doctor ${endpoint} says more.`;
}

function unreachable(message: string, hint: string): CommandFailure {
  return new CommandFailure("UNREACHABLE", ExitCode.unreachable, message, { hint });
}
