import assert from "node:assert/strict";
import { test } from "node:test";
import { docBlock, docLines } from "../../../plugin/src/emit/docs.js";
import { tidyImports } from "../../../plugin/src/emit/tidy-imports.js";
import { nearest } from "../../../plugin/src/nearest.js";
import { classBases } from "../../../plugin/src/schema/class-names.js";
import {
  handlerName,
  isIdentifier,
  methodName,
  rpcHandlerName,
  rpcKey,
} from "../../../plugin/src/schema/names.js";

function table<Result>(
  what: string,
  run: (input: string) => Result,
  rows: readonly (readonly [input: string, result: Result])[],
): void {
  for (const [input, result] of rows) {
    test(`${what} of ${JSON.stringify(input)} is ${JSON.stringify(result)}`, () => {
      assert.deepEqual(run(input), result);
    });
  }
}

/** The class bases of services in one file, in their order. */
function basesOf(names: string): string {
  return [...classBases(names.split(" ").map((name) => ({ name }))).values()].join(" ");
}

table("class base", basesOf, [
  ["Greeter", "Greeter"],
  ["GreeterService", "Greeter"],
  ["greeter", "Greeter"],
  ["Service", "Service"],
  ["ServiceDesk", "ServiceDesk"],
  ["GreeterServiceService", "GreeterService"],
  ["Greeter_service", "Greeter_service"],
  ["Greeter GreeterService", "Greeter GreeterService"],
  ["GreeterService Greeter", "GreeterService Greeter"],
  ["GreeterService greeter", "GreeterService Greeter"],
  ["greeterService GreeterService", "GreeterService GreeterService$"],
  ["Greeter greeter", "Greeter Greeter$"],
  ["GreeterServiceService GreeterService Greeter", "GreeterServiceService GreeterService Greeter"],
  ["GreeterService A B", "Greeter A B"],
]);

table("method", (rpc) => methodName(rpc, "RequestClient"), [
  ["Reverse", "reverse"],
  ["reverse", "reverse"],
  ["get_thing", "getThing"],
  ["GetURL", "getURL"],
  ["delete", "delete"],
  ["Close", "close$"],
  ["toString", "toString$"],
  ["Then", "then$"],
  ["Send", "send"],
  ["Stream", "stream"],
  ["CallUnary", "callUnary$"],
  ["CallServerStream", "callServerStream$"],
  ["CallClientStream", "callClientStream$"],
  ["CallBidiStream", "callBidiStream$"],
  ["SendFor", "sendFor"],
  ["_leading", "leading"],
  ["__", "__$"],
  ["_1", "_1$"],
]);

table("handler", handlerName, [
  ["Msg01", "handleMsg01"],
  ["msg", "handleMsg"],
  ["snake_msg", "handleSnake_msg"],
  ["_x", "handle_x"],
  ["ShutdownEvent", "handleShutdownEvent$"],
  ["RediscoverReq", "handleRediscoverReq$"],
]);

table("handler after the rpc", rpcHandlerName, [
  ["Reverse", "handleReverse"],
  ["get_thing", "handleGetThing"],
  ["_leading", "handleLeading"],
  ["ShutdownEvent", "handleShutdownEvent$"],
  ["__", "handle__"],
  ["_1", "handle_1"],
]);

table("key", rpcKey, [
  ["Reverse", "Reverse"],
  ["__proto__", "__proto__$"],
  ["constructor", "constructor$"],
  ["toString", "toString$"],
  ["then", "then"],
]);

table("being an identifier", isIdentifier, [
  ["handleA", true],
  ["$a_1", true],
  ["größe", true],
  ["1a", false],
  ["a-b", false],
  ["", false],
]);

table("nearest parameter", (word) => nearest(word, ["suffix", "codec", "import_extension"]), [
  ["sufix", "suffix"],
  ["CODEC", "codec"],
  ["importExtension", "import_extension"],
  ["target", undefined],
  ["", undefined],
]);

test("no text inside a doc comment ends the comment", () => {
  assert.equal(docBlock(["one"], "  "), "  /** one */");
  assert.equal(docBlock(["a */ b", "", "c"], ""), "/**\n * a *\\/ b\n *\n * c\n */");
});

test("paragraphs are separated, and a deprecation appears once", () => {
  assert.deepEqual(docLines([["a"], [], ["b"]], true), ["a", "", "b", "", "@deprecated"]);
  assert.deepEqual(docLines([["@deprecated Use b."]], true), ["@deprecated Use b."]);
});

test("only an import that is too long for one line takes several", () => {
  const names = Array.from({ length: 12 }, (_, i) => `SomewhatLongName${i}`);
  const short = 'import { A, B as B$1 } from "./a.js";\n';
  assert.equal(tidyImports(short), short);
  assert.equal(
    tidyImports(`import type { ${names.join(", ")} } from "./a.js";\n`),
    `import type {\n${names.map((name) => `  ${name},\n`).join("")}} from "./a.js";\n`,
  );
});
