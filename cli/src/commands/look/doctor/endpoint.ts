import { ExitCode } from "../../../app/exit-codes.js";
import { CommandFailure } from "../../../app/failure.js";

/**
 * Checks that an endpoint can be connected to, and returns it without a leading `>`.
 *
 * @throws CommandFailure for an endpoint that binds, that stays inside of a process or that is none.
 */
export function checkedEndpoint(text: string): string {
  const endpoint = text.replace(/^>/, "");
  if (/^tcp:\/\/[^*\s]+:\d{1,5}$/.test(endpoint) || /^ipc:\/\/./.test(endpoint)) return endpoint;
  const why = endpoint.startsWith("inproc://")
    ? "inproc endpoints exist only inside of their process"
    : endpoint.includes("*")
      ? 'an endpoint with "*" is for a socket that binds'
      : "it is not of the form tcp://<host>:<port> or ipc://<path>";
  throw new CommandFailure(
    "ENDPOINT_INVALID",
    ExitCode.usage,
    `The endpoint ${JSON.stringify(text)} cannot be connected to: ${why}`,
    { hint: "Write for example tcp://localhost:5555." },
  );
}
