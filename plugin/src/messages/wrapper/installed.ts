import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { SchemaError } from "../../schema/mistakes.js";

/** The ts-proto of a project. */
export interface TsProto {
  /** The file that Node.js runs. */
  readonly program: string;
  /** The names of its options, as far as they can be read. */
  readonly options: ReadonlySet<string>;
}

const bin = "protoc-gen-ts_proto";
const mend = "install the one that this release was tested with: npm install --save-dev ts-proto@2";

/**
 * Finds ts-proto where a folder's files would import it from, or else where this package would.
 *
 * @throws SchemaError when it is not installed, or too old.
 */
export function findTsProto(folder: string): TsProto {
  for (const from of [join(folder, "package.json"), import.meta.url]) {
    const require = createRequire(from);
    const manifest = resolved(require, "ts-proto/package.json");
    if (manifest === undefined) continue;
    const { version, bin: bins } = JSON.parse(readFileSync(manifest, "utf8"));
    if (Number.parseInt(version, 10) < 2) {
      throw new SchemaError(`ts-proto ${version} in ${dirname(manifest)} is too old; ${mend}`);
    }
    return {
      program: join(dirname(manifest), typeof bins === "string" ? bins : bins[bin]),
      options: optionsOf(require),
    };
  }
  throw new SchemaError(
    `ts-proto, which writes the messages, is not installed in ${folder}; npm install --save-dev ts-proto`,
  );
}

function resolved(require: NodeJS.Require, module: string): string | undefined {
  try {
    return require.resolve(module);
  } catch {
    return undefined;
  }
}

/** Reads the options of the installed version: a later version may have more, and may keep them elsewhere. */
function optionsOf(require: NodeJS.Require): ReadonlySet<string> {
  try {
    return new Set(Object.keys(require("ts-proto/build/src/options.js").defaultOptions()));
  } catch {
    return new Set();
  }
}
