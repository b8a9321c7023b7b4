import { repeatedNames } from "./for-each-repeated.js";
import { claimed, upperFirst } from "./names.js";

/** The parts of a service that matter for the names of its classes. */
interface Named {
  readonly name: string;
}

/**
 * Returns the name of a service's classes before their suffix, for each service of one file: `GreeterService` and
 * `greeter` both give `Greeter`. If two services would have the same name, a service whose own name ends in `Service`
 * keeps that ending, and a `$` distinguishes the others.
 */
export function classBases<Service extends Named>(
  services: readonly Service[],
): ReadonlyMap<Service, string> {
  const bases = new Map(services.map((service) => [service, withoutSuffix(service.name)]));
  for (let clashing = shortened(bases); clashing.length > 0; clashing = shortened(bases)) {
    for (const service of clashing) bases.set(service, upperFirst(service.name));
  }
  const taken = new Set<string>();
  for (const [service, base] of bases) bases.set(service, claimed(base, taken));
  return bases;
}

/** Returns the services that share their class name with another service and have a longer name. */
function shortened<Service extends Named>(bases: ReadonlyMap<Service, string>): Service[] {
  const repeated = repeatedNames(bases.values());
  return [...bases]
    .filter(([{ name }, base]) => repeated.has(base) && base !== upperFirst(name))
    .map(([service]) => service);
}

function withoutSuffix(name: string): string {
  return upperFirst(name.replace(/(?<=.)Service$/, ""));
}
