import {
  type DescEnum,
  type DescField,
  type DescFile,
  type DescMessage,
  ScalarType,
} from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { forEachRepeated } from "../schema/for-each-repeated.js";
import { type Mistakes, where } from "../schema/mistakes.js";
import { isIdentifier, lowerFirst } from "../schema/names.js";
import { typeOf } from "../schema/reachable.js";
import { tsProtoCamel, tsProtoName } from "./ts-proto.js";

// Runs of ts-proto 2.18 on files that differ in one name only, and compilations of its output, gave every list in this file.

const wayOut = "rename it, or generate with codec=es";

/** Names that no declaration can have. */
const keywords = words(`
  any arguments await bigint boolean break case catch class const continue debugger default delete do else enum eval
  export extends false finally for function if implements import in instanceof interface let never new null number
  object package private protected public return static string super switch symbol this throw true try typeof undefined
  unknown var void while with yield`);

/** Names that every file of ts-proto uses or declares itself. */
const inEveryFile = words(`
  BinaryReader BinaryWriter Builtin DeepPartial Exact Exclude KeysOfUnion MessageFns Partial ReadonlyArray Uint8Array
  globalThis infer keyof readonly unique`);

/** Further such names for messages only, and for enums only. */
const ofMessages = words("I base");
const ofEnums = words("as");

/** Names that ts-proto uses or declares only if a field needs them. */
const onUse: ReadonlyMap<string, ReadonlySet<Use>> = new Map<string, ReadonlySet<Use>>([
  ["BigInt", new Set<Use>(["int64", "timestamp"])],
  ["I", new Set<Use>(["map"])],
  ["Map", new Set<Use>(["map"])],
  ["Math", new Set<Use>(["int32", "timestamp"])],
  ["Number", new Set<Use>(["timestamp"])],
  ["Timestamp", new Set<Use>(["timestamp"])],
  ["base64FromBytes", new Set<Use>(["bytes"])],
  ["bytesFromBase64", new Set<Use>(["bytes"])],
  ["fromJsonTimestamp", new Set<Use>(["timestamp"])],
  ["fromTimestamp", new Set<Use>(["timestamp"])],
  ["isObject", new Set<Use>(["map", "struct"])],
  ["isSet", new Set<Use>(["singular"])],
  ["toTimestamp", new Set<Use>(["timestamp"])],
]);

/** Types that ts-proto replaces by other types, even inside a oneof. */
const notInOneofs = words(
  "google.protobuf.Int64Value google.protobuf.UInt64Value google.protobuf.FieldMask",
);

const timestamp = "google.protobuf.Timestamp";

/** Names of variables in ts-proto's functions, which hide a message's codec of the same name there. */
const variables = words("end input length message reader tag writer");
const mapVariables = words("acc key value");
const listVariables = words("e");

/** Names that no enum value can have: a value is a property and a type at once, and ts-proto adds its own value. */
const valueNames = new Set([...keywords, "as", "UNRECOGNIZED"]);
for (const name of ["arguments", "await", "eval"]) valueNames.delete(name);

type Use = "bytes" | "int32" | "int64" | "map" | "singular" | "struct" | "timestamp";
type DescType = DescMessage | DescEnum;

/** Reports names for which ts-proto would write code that does not compile. */
export function checkNames(files: Iterable<DescFile>, mistakes: Mistakes): void {
  for (const file of files) {
    const types = [...nestedTypes(file)].filter(
      (type) => type.kind === "message" || type.kind === "enum",
    );
    const fields = types.flatMap((type) => (type.kind === "message" ? type.fields : []));
    checkFileName(file, mistakes);
    checkTypeNames(types, fields, mistakes);
    checkDeclarations(types, mistakes);
    for (const field of fields) checkCodecOf(field, mistakes);
    for (const type of types) {
      if (type.kind === "enum") checkValues(type, mistakes);
      else checkProperties(type, mistakes);
    }
  }
}

function checkFileName(file: DescFile, mistakes: Mistakes): void {
  const name = file.proto.name;
  if (name.indexOf(".proto") !== name.length - ".proto".length) {
    mistakes.add(
      file,
      `ts-proto gives a file of this name no name that ends in .ts; name it so that ".proto" stands at its end and nowhere else, or generate with codec=es`,
    );
  }
}

function checkTypeNames(
  types: readonly DescType[],
  fields: readonly DescField[],
  mistakes: Mistakes,
): void {
  const uses = new Set<Use>();
  for (const field of fields) noteUses(field, uses);
  for (const type of types) {
    const name = tsProtoName(type);
    if (!isIdentifier(name) || isReserved(name, type) || isUsed(name, uses)) {
      mistakes.add(
        type,
        `${type.kind} ${type.typeName} becomes "${name}" in ts-proto's code, which does not compile with it; ${wayOut}`,
      );
    }
  }
  for (const field of fields) {
    const type = typeOf(field);
    if (
      type !== undefined &&
      type.file !== field.parent.file &&
      type.typeName !== timestamp &&
      isUsed(tsProtoName(type), uses)
    ) {
      mistakes.add(
        field,
        `field ${field.parent.typeName}.${field.name} makes ts-proto import ${tsProtoName(type)} into code that does not compile with it; rename ${type.typeName} (${where(type)}), or generate with codec=es`,
      );
    }
  }
}

function isReserved(name: string, { kind }: DescType): boolean {
  const further = kind === "message" ? ofMessages : ofEnums;
  return keywords.has(name) || inEveryFile.has(name) || further.has(name);
}

function isUsed(name: string, uses: ReadonlySet<Use>): boolean {
  const needed = onUse.get(name);
  return needed !== undefined && [...needed].some((use) => uses.has(use));
}

function noteUses(field: DescField, uses: Set<Use>): void {
  if (field.fieldKind === "map") {
    uses.add("map");
    noteUse(field.mapKey, uses);
  }
  if (field.fieldKind !== "list") uses.add("singular");
  if (field.scalar !== undefined) noteUse(field.scalar, uses);
  switch (field.message?.typeName) {
    case timestamp:
      uses.add("timestamp");
      break;
    case "google.protobuf.Int64Value":
    case "google.protobuf.UInt64Value":
      uses.add("int64");
      break;
    case "google.protobuf.Struct":
      uses.add("struct");
      break;
  }
}

function noteUse(scalar: ScalarType, uses: Set<Use>): void {
  switch (scalar) {
    case ScalarType.BYTES:
      uses.add("bytes");
      break;
    case ScalarType.INT32:
    case ScalarType.UINT32:
    case ScalarType.SINT32:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      uses.add("int32");
      break;
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      uses.add("int64");
      break;
  }
}

/** Reports types that get the same name, or a name that functions of another type have. */
function checkDeclarations(types: readonly DescType[], mistakes: Mistakes): void {
  const declarations: { name: string; type: DescType }[] = [];
  for (const type of types) {
    for (const name of declaredFor(type)) declarations.push({ name, type });
  }
  const noted = new Set<DescType>();
  forEachRepeated(
    declarations,
    ({ name }) => name,
    (first, { name, type }) => {
      if (first.type === type || noted.has(type)) return;
      noted.add(type);
      mistakes.add(
        type,
        `${type.kind} ${type.typeName} makes ts-proto declare ${name}, as ${first.type.kind} ${first.type.typeName} does (${where(first.type)}); rename one of them, or generate with codec=es`,
      );
    },
  );
}

function declaredFor(type: DescType): string[] {
  const name = tsProtoName(type);
  if (type.kind === "enum") {
    return [name, `${lowerFirst(name)}FromJSON`, `${lowerFirst(name)}ToJSON`];
  }
  const entries = type.fields
    .filter((field) => field.fieldKind === "map")
    .map((field) => entryName(type, field));
  return [name, `createBase${name}`, ...entries, ...entries.map((entry) => `createBase${entry}`)];
}

/** Returns ts-proto's name for the message of a map field, such as `FooEntry` for `foo`: ts-proto declares it too. */
function entryName(message: DescMessage, field: DescField): string {
  const entry = field.proto.typeName.slice(field.proto.typeName.lastIndexOf(".") + 1);
  return tsProtoName({ name: entry, parent: message });
}

function checkCodecOf(field: DescField, mistakes: Mistakes): void {
  if (field.message === undefined) return;
  if (field.oneof !== undefined && notInOneofs.has(field.message.typeName)) {
    mistakes.add(
      field,
      `field ${field.parent.typeName}.${field.name} is a ${field.message.typeName} in a oneof, with which ts-proto's code does not compile; take it out of the oneof, or generate with codec=es`,
    );
  }
  const name = tsProtoName(field.message);
  if (
    variables.has(name) ||
    (field.fieldKind === "map" && mapVariables.has(name)) ||
    (field.fieldKind === "list" && listVariables.has(name))
  ) {
    mistakes.add(
      field,
      `field ${field.parent.typeName}.${field.name} is of ${field.message.typeName}, and ts-proto's code has a variable ${name} where it needs that message's codec; rename the message (${where(field.message)}), or generate with codec=es`,
    );
  }
}

function checkValues(type: DescEnum, mistakes: Mistakes): void {
  for (const value of type.values) {
    if (valueNames.has(value.name)) {
      mistakes.add(
        value,
        `value ${value.name} of enum ${type.typeName} has a name with which ts-proto's code does not compile; ${wayOut}`,
      );
    }
  }
}

function checkProperties(message: DescMessage, mistakes: Mistakes): void {
  for (const oneof of message.oneofs) {
    if (tsProtoCamel(oneof.name) === "") {
      mistakes.add(
        oneof,
        `oneof ${oneof.name} of message ${message.typeName} has no name in ts-proto's code; ${wayOut}`,
      );
    }
  }
  forEachRepeated(
    [...message.oneofs, ...message.fields.filter((field) => field.oneof === undefined)],
    ({ name }) => tsProtoCamel(name),
    (first, member) => {
      mistakes.add(
        member,
        `${member.kind} ${message.typeName}.${member.name} becomes ${tsProtoCamel(member.name)} in ts-proto's code, as ${first.kind} ${first.name} does (${where(first)}); rename one of them, or generate with codec=es`,
      );
    },
  );
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
