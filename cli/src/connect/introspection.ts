import { RequestError } from "dividere/messaging";
import { ExitCode } from "../app/exit-codes.js";
import { CommandFailure } from "../app/failure.js";
import type { ClientKeyOptions } from "../app/options.js";
import { DynamicClient } from "./client.js";
import { clientSecurity } from "./keys.js";
import { ANSWERING, preflight } from "./preflight.js";

/** The longest wait for an answer about a service, in milliseconds. */
export const INTROSPECTION_TIMEOUT_MS = 5_000;

/**
 * Opens a client of a service, after a look at its endpoint.
 *
 * @param asks - Whether the service is asked about itself, which a plain peer cannot answer.
 * @throws CommandFailure when nothing is there, or a peer that cannot answer.
 */
export async function openClient(
  endpoint: string,
  options: ClientKeyOptions,
  asks: boolean,
): Promise<DynamicClient> {
  const secured = clientSecurity(options, [endpoint]);
  const isSecured = secured.security !== undefined;
  const found = await preflight(endpoint, { socketTypes: ANSWERING, what: "service", isSecured });
  // Python's reactor ends its thread over a message that it does not know.
  if (asks && found?.kind === "zeromq" && found.socketType === "REP") throw plain(endpoint);
  return new DynamicClient([endpoint], secured);
}

/** Turns the refusal of a question about the service into its cause. */
export function explainSilence(endpoint: string, error: unknown): unknown {
  if (!(error instanceof RequestError)) return error;
  if (!["UNIMPLEMENTED", "INVALID_ARGUMENT", "REFUSED"].includes(error.status)) return error;
  return new CommandFailure(
    "NO_INTROSPECTION",
    ExitCode.refused,
    `The service at ${endpoint} does not tell about itself`,
    {
      hint: "Its introspection is switched off, or its version is older. Calls work with --proto <file>.",
      cause: error,
    },
  );
}

function plain(endpoint: string): CommandFailure {
  return new CommandFailure(
    "PLAIN_PEER",
    ExitCode.failed,
    `The socket at ${endpoint} is a REP, as of a service in Python, which cannot tell about itself`,
    { hint: "Calls work with --proto <file> or --descriptors <file>. Nothing was sent." },
  );
}
