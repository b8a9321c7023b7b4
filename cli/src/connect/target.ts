import type { ServiceInstance } from "dividere/registry";
import { ExitCode } from "../app/exit-codes.js";
import { CommandFailure } from "../app/failure.js";
import { didYouMean } from "../app/nearest.js";
import type { ClientKeyOptions, RegistryOption } from "../app/options.js";
import { RegistryView } from "./registry.js";

/** The endpoints of a service. */
export interface Target {
  /** The name or the endpoint, as the user wrote it. */
  readonly text: string;
  readonly endpoints: readonly string[];
  /** The instances that the registry named; none for an endpoint. */
  readonly instances: readonly ServiceInstance[];
}

/** The options of a command with a target. */
export interface TargetOptions extends RegistryOption, ClientKeyOptions {}

/** Returns whether a target is an endpoint rather than a name. */
export function isEndpoint(text: string): boolean {
  return text.includes("://");
}

/**
 * Finds a service by its name in the registry, or takes an endpoint as it is.
 *
 * @throws CommandFailure when no service of that name is registered.
 */
export async function findTarget(
  text: string,
  options: TargetOptions,
  signal: AbortSignal,
): Promise<Target> {
  if (isEndpoint(text)) return { text, endpoints: [text], instances: [] };
  const registry = new RegistryView(options, signal);
  const found = await registry.find(text);
  if (found.length === 0) throw await unlisted(text, registry);
  const serving = found.filter(({ health }) => health !== "NOT_SERVING");
  const instances = serving.length > 0 ? serving : found;
  return { text, endpoints: instances.map(endpointOf), instances };
}

/** Returns the endpoint of an instance. */
export function endpointOf({ host, port }: Pick<ServiceInstance, "host" | "port">): string {
  return `tcp://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Makes the failure of a look-up; it names the service of the nearest name. */
export async function unlisted(name: string, registry: RegistryView): Promise<CommandFailure> {
  const names = await listedNames(registry);
  const known =
    names === undefined
      ? ""
      : names.length === 0
        ? "No service is registered there."
        : didYouMean(name, names) || `dividere ls lists its services.`;
  return new CommandFailure(
    "NOT_FOUND",
    ExitCode.notFound,
    `No service "${name}" is registered at ${registry.endpoint}`,
    { hint: `${known} An endpoint such as tcp://localhost:5555 works too.`.trim() },
  );
}

/** Returns the names of all services; `undefined` of a registry that does not tell. */
async function listedNames(registry: RegistryView): Promise<readonly string[] | undefined> {
  try {
    return [...new Set((await registry.list()).map(({ name }) => name))];
  } catch (error) {
    if (error instanceof CommandFailure) return undefined;
    throw error;
  }
}
