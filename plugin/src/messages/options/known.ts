const flag = ["true", "false"];

/** Any text. */
const text = undefined;

/**
 * The options of ts-proto 2.18 with their values; `undefined` means any text. ts-proto ignores unknown options and
 * misreads unknown values, so it reports no misspelling.
 */
export const knownOptions: ReadonlyMap<string, readonly string[] | undefined> = new Map<
  string,
  readonly string[] | undefined
>([
  ...flags(`
    addGrpcMetadata addNestjsRestParameter annotateFilesWithVersion bigIntLiteral comments constEnums context
    disableProto2DefaultValues disableProto2Optionals emitImportedFiles enumsAsLiterals esModuleInterop
    exportCommonSymbols globalThisPolyfill initializeFieldsAsUndefined lowerCaseServiceMethods nestJs
    noDefaultsForOptionals onlyTypes outputExtensions outputIndex outputPartialMethods outputTypeRegistry
    protoJsonFormat removeEnumPrefix returnObservable rpcAfterResponse rpcBeforeRequest rpcErrorHandler stringEnums
    unknownFields unrecognizedEnum useAbortSignal useAsyncIterable useContextDataloaders useExactTypes
    useJsTypeOverride useJsonName useJsonWireFormat useMapType useMongoObjectId useNestjsFqnServiceName
    useNullAsOptional useNumericEnumForJson usePrototypeForDefaults useReadonlyTypes useSnakeTypeName
    useUnknownForValue`),
  ["anyType", ["typeUrl", "@type"]],
  ["emitDefaultValues", ["json-methods"]],
  ["enumPrefix", text],
  ["enumSuffix", text],
  ["env", ["node", "browser", "both"]],
  ["fileSuffix", text],
  ["forceLong", ["number", "long", "string", "bigint", "true"]],
  ["importSuffix", text],
  ["messagePrefix", text],
  ["messageSuffix", text],
  ["metadataType", text],
  ["oneof", ["properties", "unions", "unions-value"]],
  ["outputClientImpl", [...flag, "grpc-web"]],
  ["outputDecodeIncludeTypes", text],
  ["outputEncodeIncludeTypes", text],
  ["outputEncodeMethods", [...flag, "encode-only", "decode-only", "encode-no-creation"]],
  ["outputJsonMethods", [...flag, "to-only", "from-only"]],
  ["outputSchema", [...flag, "no-file-descriptor", "const"]],
  ["outputServices", ["grpc-js", "nice-grpc", "generic-definitions", "default", "none", "false"]],
  ["outputTypeAnnotations", [...flag, "static-only", "optional"]],
  ["snakeToCamel", [...flag, "", "keys", "json", "keys_json", "json_keys"]],
  ["typePrefix", text],
  ["typeSuffix", text],
  ["unrecognizedEnumName", text],
  ["unrecognizedEnumValue", text],
  ["useDate", [...flag, "date", "string", "string-nano", "temporal", "timestamp"]],
  ["useDuration", ["duration", "string"]],
  ["useJsonTimestamp", ["rfc3339", "raw"]],
  ["useOptionals", [...flag, "none", "deprecatedOnly", "messages", "all"]],
]);

function flags(names: string): [string, readonly string[]][] {
  return names
    .trim()
    .split(/\s+/)
    .map((name) => [name, flag]);
}
