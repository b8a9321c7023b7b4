import { DividereError } from "../base/errors.js";

/** The version of what generated code and this entry agree on. It grows when generated code has to be written anew. */
const CONTRACT = 1;

/**
 * Compares what generated code was written for with what this package offers: the first statement of
 * each generated file.
 *
 * @param source - The proto file that the code was generated from.
 * @throws DividereError `GENERATED_CODE_INVALID` when the two differ.
 */
export function checkContract(source: string, contract: number): void {
  if (contract === CONTRACT) return;
  throw new DividereError(
    "GENERATED_CODE_INVALID",
    contract < CONTRACT
      ? `The code generated from ${source} is older than the installed dividere (contract ${contract}, not ${CONTRACT}); install protoc-gen-dividere in the version of dividere, and run npx buf generate`
      : `The code generated from ${source} is newer than the installed dividere (contract ${contract}, not ${CONTRACT}); install dividere in the version of protoc-gen-dividere, or run npx buf generate`,
  );
}
