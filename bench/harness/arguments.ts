import { parseArgs } from "node:util";

/** The command line of `npm run bench`. */
export interface Arguments {
  /** The groups to run; all when empty. */
  readonly names: readonly string[];
  readonly quick: boolean;
  readonly json: boolean;
  readonly report: boolean;
  readonly profile: boolean;
  /** Installs the peers that Debian packages. */
  readonly install: boolean;
}

/** @throws Error for an option or a name that there is not, and for a report of some groups only. */
export function readArguments(args: readonly string[], groups: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      report: { type: "boolean", default: false },
      profile: { type: "boolean", default: false },
      install: { type: "boolean", default: false },
    },
  });
  const unknown = positionals.filter((name) => !groups.includes(name));
  if (unknown.length > 0) {
    throw new Error(`No bench is named ${unknown.join(" or ")}; there are ${groups.join(", ")}.`);
  }
  if (values.report && positionals.length > 0) {
    throw new Error("A report shows all benches; leave the names out, or --report.");
  }
  return { names: positionals, ...values };
}
