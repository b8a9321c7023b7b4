import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Project } from "ts-morph";
import { findFiles } from "../../../scripts/files.mjs";
import { root } from "../../support/child.js";
import {
  classesWithoutExample,
  findMistakes,
  programsInExamples,
  programsOnPage,
} from "./code-blocks.js";

const generated = join(root, "examples", "quick-start", "gen");

/** The pages whose programs use the code of another example. */
const others = [{ page: "docs/calls.md", generated: join(root, "examples", "streams", "gen") }];

const runtime = new Project({ tsConfigFilePath: join(root, "runtime", "tsconfig.json") });
const handWritten = runtime
  .getSourceFiles()
  .filter((file) => !file.getFilePath().includes("/gen/"));

test("the programs in TSDoc examples, the READMEs and the docs compile", async () => {
  const pages = findFiles("docs", (path) => path.endsWith(".md"))
    // Its class belongs to the proto file of `dividere-scaffold init`.
    .filter((path) => path !== "docs/scaffold.md")
    .filter((path) => others.every(({ page }) => page !== path));
  const programs = [
    ...programsInExamples(handWritten),
    ...["README.md", "runtime/README.md", ...pages].flatMap(programsOnPage),
  ];
  assert.deepEqual(await findMistakes(programs, generated), []);
});

for (const { page, generated } of others) {
  test(`the programs in ${page} compile`, async () => {
    const programs = programsOnPage(page);
    assert.ok(programs.length > 1);
    assert.deepEqual(await findMistakes(programs, generated), []);
  });
}

test("every class that users construct or extend has an example", () => {
  // Only generated code imports the other entry points.
  const found = ["connection", "messaging", "registry", "service", "introspection"].flatMap(
    (layer) =>
      classesWithoutExample(
        runtime.getSourceFileOrThrow(join(root, "runtime", "src", layer, "index.ts")),
      ),
  );
  assert.deepEqual(found, []);
});

/** A source file with these lines. */
function sourceOf(...lines: readonly string[]) {
  const project = new Project({ useInMemoryFileSystem: true });
  return project.createSourceFile(join(root, "shown.ts"), lines.join("\n"));
}

test("an example that does not compile is found, with its place in the TSDoc", async () => {
  const source = sourceOf(
    "/**",
    " * Opens.",
    " *",
    " * @example",
    " * ```ts",
    ' * import { Request } from "dividere/messaging";',
    ' * import { Msg01 } from "./gen/greeter.js";',
    " *",
    ' * await using request = new Request("tcp://127.0.0.1:5555", [Msg01]);',
    ' * await request.send({ field2: "hello" });',
    " * ```",
    " * @returns Nothing.",
    " */",
    "export function open(): void {}",
  );
  const [mistake = "", ...more] = await findMistakes(programsInExamples([source]), generated);
  assert.match(mistake, /^shown\.ts:10: error TS2561: .*'field2'/);
  assert.deepEqual(more, []);
});

test("a class without an example is found; errors and classes with a protected constructor need none", () => {
  const source = sourceOf(
    "/** Opens. */",
    "export abstract class Door { protected constructor() {} }",
    "export abstract class Inner extends Door {}",
    "export class Front extends Inner { constructor() { super(); } }",
    "/**",
    " * Opens.",
    " *",
    " * @example",
    " * ```ts",
    " * new Back();",
    " * ```",
    " */",
    "export class Back extends Front {}",
    "export abstract class Side extends Back {}",
    "export class Jammed extends Error {}",
    "export class Locked extends Jammed {}",
    "class Hidden {}",
    "void Hidden;",
  );
  assert.deepEqual(classesWithoutExample(source), [
    "shown.ts:4: Front has no @example",
    "shown.ts:14: Side has no @example",
  ]);
});
