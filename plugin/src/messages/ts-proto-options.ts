/**
 * The options that make ts-proto's output fit the runtime and the generated classes. The set-up that
 * the scaffold writes, the tests and the pages that show a buf.gen.yaml all follow this list.
 */
export const tsProtoOptions: readonly string[] = [
  "esModuleInterop=true",
  "importSuffix=.js",
  "forceLong=bigint",
  // The kind of a oneof and its value in one property, which a switch narrows.
  "oneof=unions-value",
  // Without it a map key "__proto__" is lost.
  "useMapType=true",
  // A Date would put times before 1970 wrong.
  "useDate=timestamp",
  "outputServices=false",
  "exportCommonSymbols=false",
  "enumsAsLiterals=true",
  // The codec has its $type, a received message too; a literal need not.
  "outputTypeAnnotations=optional",
];
