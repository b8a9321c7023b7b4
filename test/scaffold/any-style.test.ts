import assert from "node:assert/strict";
import { test } from "node:test";
import { ts } from "ts-morph";
import { greeter, ScaffoldProject } from "./scaffold-project.js";

/** How a class file may be written. */
interface Manner {
  readonly newline: string;
  readonly indentation: string;
  readonly quote: string;
  readonly semicolon: string;
  readonly spaced: boolean;
  readonly comments: boolean;
}

const names = ["A", "B", "C", "D"] as const;
const answers = { A: "B", B: "B", C: "void", D: "A" } as const;
type Name = (typeof names)[number];

function combinations<T>(items: readonly T[]): T[][] {
  return items.reduce<T[][]>((all, item) => all.flatMap((some) => [some, [...some, item]]), [[]]);
}

const manners: Manner[] = ["\n", "\r\n"].flatMap((newline) =>
  ["\t", "  ", "    "].flatMap((indentation) =>
    [true, false].flatMap((spaced) => [
      { newline, indentation, spaced, quote: "'", semicolon: "", comments: spaced },
      { newline, indentation, spaced, quote: '"', semicolon: ";", comments: !spaced },
    ]),
  ),
);

/** A class with some of the handlers, in the order given. */
function classFile(present: readonly Name[], manner: Manner): string {
  const { newline, indentation, quote, semicolon, spaced, comments } = manner;
  const from = (path: string) => `from ${quote}./gen/${path}.js${quote}${semicolon}`;
  const members = present.flatMap((name, i) => [
    ...(spaced && i > 0 ? [""] : []),
    ...(comments ? [`${indentation}// Above ${name}.`] : []),
    `${indentation}async handle${name}(msg: ${name}): Promise<${answers[name]}> { // beside`,
    `${indentation}${indentation}throw new Error(${quote}${name}${quote})${semicolon}`,
    `${indentation}}${comments ? ` /* behind ${name} */` : ""}`,
  ]);
  return [
    ...(comments ? ["/* Mine. */"] : []),
    `import type { A, B, C, D } ${from("greeter")}`,
    `import { GreeterReactor } ${from("greeter_dividere")}`,
    "",
    "export class Mine extends GreeterReactor {",
    ...members,
    ...(comments ? [`${indentation}// The end.`] : []),
    "}",
    "",
  ].join(newline);
}

function beside({ newline, indentation, quote, semicolon }: Manner): string {
  const lines = [
    "if (process) {",
    `${indentation}process.title = ${quote}a${quote}${semicolon}`,
    "}",
  ];
  return lines.map((line) => line + newline).join("");
}

/** The names of the handlers in a text that has no mistakes. */
function handlersIn(text: string): string[] {
  const source = ts.createSourceFile("mine.ts", text, ts.ScriptTarget.Latest);
  assert.deepEqual("parseDiagnostics" in source ? source.parseDiagnostics : undefined, []);
  const found = source.statements.find(ts.isClassDeclaration);
  return (found?.members ?? []).map((member) => member.name?.getText(source) ?? "");
}

/** Asserts that every line is still there, in its order. */
function keepsLines(before: string, after: string): void {
  const lines = after.split("\n");
  let at = -1;
  for (const line of before.split("\n")) {
    at = lines.indexOf(line, at + 1);
    assert.notEqual(at, -1, `lost ${JSON.stringify(line)} of\n${before}\nin\n${after}`);
  }
}

for (const manner of manners) {
  const title = JSON.stringify({ ...manner, comments: manner.comments ? "some" : "none" });
  test(`every line is kept, and new lines follow the style: ${title}`, async () => {
    // An empty class tells little about its style; then the files beside it do.
    using project = new ScaffoldProject({ ...greeter, "beside.ts": beside(manner) });
    for (const present of combinations(names)) {
      const before = classFile(present, manner);
      project.write("mine.ts", before);
      assert.equal((await project.run()).status, 0);
      const after = project.read("mine.ts");
      keepsLines(before, after);
      assert.deepEqual(
        handlersIn(after),
        names.map((name) => `handle${name}`),
      );
      assert.equal(after.replaceAll("\r\n", "").includes("\r"), false);
      assert.equal(/(?<!\r)\n/.test(after), manner.newline === "\n");
      assert.equal(after.includes(manner.quote === "'" ? '"' : "'"), false);
      assert.equal(/;\r?$/m.test(after), manner.semicolon === ";");
      for (const line of after.split(manner.newline)) {
        const levels = /^[\t ]*/.exec(line)?.[0] ?? "";
        assert.equal(levels.replaceAll(manner.indentation, ""), "", JSON.stringify(line));
      }
    }
  });
}
