import { generate } from "../plugin/support/generate.js";
import { messages } from "./scaffold-project.js";

/** Two services in one file. */
export const two = generate({
  "two.proto": `syntax = "proto3";
package shop.v1;
message A {}
message B {}
service Orders { rpc Ask(A) returns (B); }
service StockService { rpc Ask(B) returns (A); }
`,
});

export const shop = {
  "gen/two.ts": messages("A", "B"),
  "gen/two_dividere.ts": two["two_dividere.ts"] ?? "",
};
