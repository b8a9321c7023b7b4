import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { DividereError, type ErrorCode } from "dividere/messaging";
import { findFiles } from "../../../scripts/files.mjs";
import { pageOf } from "../../../scripts/packages/repository.mjs";
import { root } from "../../support/child.js";

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** The names and the anchor in the first cell of each row of a page's table, and whether its other cells say something. */
function rows(
  page: string,
  heading: string,
): { names: string[]; anchor: string | undefined; told: boolean }[] {
  const section = page.slice(page.indexOf(`## ${heading}`)).split("\n## ")[0] ?? "";
  return section
    .split("\n")
    .filter((line) => /^\| (<a id="[^"]*"><\/a>)?`/.test(line))
    .map((line) => {
      const [, first = "", ...others] = line.split("|").slice(0, -1);
      return {
        anchor: /<a id="([^"]*)"><\/a>/.exec(first)?.[1],
        names: [...first.matchAll(/`([A-Z_]+)`/g)].map(([, name = ""]) => name),
        told: others.length === 2 && others.every((cell) => cell.trim().length > 10),
      };
    });
}

describe("docs/errors.md", () => {
  const page = read("docs/errors.md");
  const sources = findFiles("runtime/src", (path) => path.endsWith(".ts")).map((path) => ({
    path,
    text: read(path),
  }));
  const union = read("runtime/src/base/errors.ts").match(/export type ErrorCode =([^;]+);/)?.[1];
  const codes = [...(union ?? "").matchAll(/"([A-Z_]+)"/g)].map(([, code = ""]) => code);

  test("has a row for each ErrorCode, in its order, and no other", () => {
    const listed = rows(page, "Codes").flatMap(({ names }) => names);
    assert.ok(listed.length > 0);
    assert.deepEqual(listed, codes);
  });

  test("has an anchor for each code, to which the error's docs lead", () => {
    const listed = rows(page, "Codes");
    assert.deepEqual(
      listed.map(({ anchor }) => `${pageOf("docs/errors.md")}#${anchor}`),
      listed.map(({ names: [code] }) => new DividereError(code as ErrorCode, "").docs),
    );
    assert.deepEqual(
      listed.map(({ anchor }) => anchor?.toUpperCase()),
      codes,
    );
  });

  test("gives each code and status a meaning and a next step", () => {
    for (const { names, told } of [...rows(page, "Codes"), ...rows(page, "Status codes")]) {
      assert.ok(told, names.join(", "));
    }
  });

  test("has a row for each status that the runtime sets", () => {
    const listed = new Set(rows(page, "Status codes").flatMap(({ names }) => names));
    const set = sources.flatMap(({ text }) =>
      [...text.matchAll(/(?:new RequestError|#refuse)\(\s*(?:\w+,\s*)?"([A-Z_]+)"/g)].map(
        ([, status = ""]) => status,
      ),
    );
    assert.ok(set.includes("STOPPING") && set.includes("WORKER_LOST"), String(set));
    assert.deepEqual(
      set.filter((status) => !listed.has(status)),
      [],
    );
  });

  test("lists only codes that the runtime throws", () => {
    const elsewhere = sources.filter(({ path }) => !path.endsWith("base/errors.ts"));
    const thrown = (code: string): boolean =>
      code === "REQUEST_FAILED" || elsewhere.some(({ text }) => text.includes(`"${code}"`));
    assert.deepEqual(
      codes.filter((code) => !thrown(code)),
      [],
    );
  });
});
