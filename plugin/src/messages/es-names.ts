import type {
  DescEnum,
  DescExtension,
  DescFile,
  DescMessage,
  DescService,
} from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import type { Mistakes } from "../schema/mistakes.js";
import { isIdentifier } from "../schema/names.js";

// Runs of protoc-gen-es 2.17 on files that differ in one name only, and compilations of its output, gave these lists. It
// escapes all other reserved words.

const unusable = new Set(
  "any as await infer keyof never readonly symbol undefined unique unknown".split(" "),
);
const unusableForEnums = new Set(["arguments", "eval"]);
const unusableForServices = new Set(["arguments", "await", "eval", "undefined"]);

/** Reports names for which protobuf-es would write code that does not compile. */
export function checkEsNames(files: Iterable<DescFile>, mistakes: Mistakes): void {
  for (const file of files) {
    for (const type of nestedTypes(file)) {
      if (isUnusable(type)) {
        mistakes.add(
          type,
          `${type.kind} ${type.typeName} has a name with which the code of protobuf-es does not compile; rename it`,
        );
      }
      if (type.kind === "message") checkProperties(type, mistakes);
    }
  }
}

/** Whether a type's name is unusable. A nested type's name begins with the enclosing message's, and so is usable. */
function isUnusable(
  type: DescMessage | DescEnum | DescService | DescExtension,
): type is DescMessage | DescEnum | DescService {
  switch (type.kind) {
    case "message":
      return type.parent === undefined && unusable.has(type.name);
    case "enum":
      return (
        type.parent === undefined && (unusable.has(type.name) || unusableForEnums.has(type.name))
      );
    case "service":
      return unusableForServices.has(type.name);
    case "extension":
      return false;
  }
}

/** Reports members without a valid name: protobuf-es drops underscores, and the rest may be no name. */
function checkProperties(message: DescMessage, mistakes: Mistakes): void {
  for (const member of [...message.fields, ...message.oneofs]) {
    if (isIdentifier(member.localName)) continue;
    mistakes.add(
      member,
      `${member.kind} ${message.typeName}.${member.name} becomes "${member.localName}" in the code of protobuf-es, which is no name; rename it`,
    );
  }
}
