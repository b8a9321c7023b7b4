import { carriedCases } from "./carried.js";
import type { Case } from "./case.js";
import { endingCases } from "./ending.js";
import { streamingCases } from "./streaming.js";
import { unaryCases } from "./unary.js";

/**
 * gRPC's interoperability cases, apart from those of compression, authentication and proxies.
 *
 * @see https://github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md
 */
export const cases: Readonly<Record<string, Case>> = {
  ...unaryCases,
  ...streamingCases,
  ...carriedCases,
  ...endingCases,
};
