/**
 * The options with which ts-proto's output fits the runtime and the generated classes. The set-up of the
 * scaffold, the tests and the pages that show a buf.gen.yaml all follow this list.
 */
export const tsProtoOptions: readonly string[] = [
  "esModuleInterop=true",
  "importSuffix=.js",
  "forceLong=bigint",
  // The kind of a oneof and its value in one property, which a switch narrows.
  "oneof=unions-value",
  // Without it a map key "__proto__" is lost.
  "useMapType=true",
  // ts-proto's Date is wrong for times before 1970.
  "useDate=timestamp",
  "outputServices=false",
  "exportCommonSymbols=false",
  "enumsAsLiterals=true",
  // The codec and a received message have a $type; a literal need not have it.
  "outputTypeAnnotations=optional",
];
