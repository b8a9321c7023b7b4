import { version } from "../../version.js";

/** The packages that a project installs, in the versions that this release was tested with. */
export const packages: Readonly<
  Record<"dependencies" | "devDependencies", Readonly<Record<string, string>>>
> = {
  dependencies: {
    "@bufbuild/protobuf": "^2.17.0",
    // Both packages of dividere are released together.
    dividere: `^${version}`,
  },
  devDependencies: {
    "@bufbuild/buf": "^1.75.0",
    "protoc-gen-dividere": `^${version}`,
    "ts-proto": "^2.18.0",
  },
};
