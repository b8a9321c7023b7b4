import { version } from "../../../version.js";
import type { Codec } from "../../command/arguments.js";

/** Packages in the versions that this release was tested with. */
type Packages = Readonly<Record<string, string>>;

const generators: Readonly<Record<Codec, Packages>> = {
  "ts-proto": { "ts-proto": "^2.18.0" },
  es: { "@bufbuild/protoc-gen-es": "^2.17.0" },
};

/** The packages that a project installs. */
export interface Wanted {
  readonly dependencies: Packages;
  readonly devDependencies: Packages;
}

/** @param isNew - Whether the project has no programs yet, and so needs packages that run and compile TypeScript. */
export function packagesFor(codec: Codec, isNew: boolean): Wanted {
  return {
    dependencies: {
      "@bufbuild/protobuf": "^2.17.0",
      // Both packages of dividere are released together.
      dividere: `^${version}`,
    },
    devDependencies: sorted({
      "@bufbuild/buf": "^1.75.0",
      "protoc-gen-dividere": `^${version}`,
      ...generators[codec],
      ...(isNew && { "@types/node": "^20.19.0", tsx: "^4.23.0", typescript: "^7.0.2" }),
    }),
  };
}

function sorted(packages: Packages): Packages {
  return Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
}
