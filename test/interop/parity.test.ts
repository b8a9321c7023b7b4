import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import * as dividere from "dividere";
import { root } from "../support/child.js";
import { noPython, PythonPeer } from "../support/python.js";

const page = join(root, "docs", "python.md");

/** A row of docs/python.md's tables. */
interface Row {
  readonly python: string;
  /** What stands for it here, each with the file that documents it. */
  readonly ours: readonly { readonly name: string; readonly link: string }[];
  /** Why nothing does. */
  readonly instead: string;
  readonly note: string;
}

function readRows(): readonly Row[] {
  return readFileSync(page, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => {
      const [, python = "", ours = "", note = ""] = line.split("|").map((cell) => cell.trim());
      return {
        python: python.replaceAll("`", ""),
        ours: [...ours.matchAll(/\[`([^`]+)`\]\(([^)]+)\)/g)].map(([, name = "", link = ""]) => ({
          name,
          link,
        })),
        instead: ours.startsWith("[") ? "" : ours,
        note,
      };
    });
}

const rows = readRows();

/** What the built package exports under a path such as `connection.Publisher.send`; a method is its class's. */
function exported(path: string): unknown {
  let value: unknown = dividere;
  for (const part of path.split(".")) {
    const owner = value as Record<string, unknown> & { prototype?: Record<string, unknown> };
    value = owner[part] ?? owner.prototype?.[part];
    if (value === undefined) return undefined;
  }
  return value;
}

/** Whether a file has a doc comment right before it declares the name. */
function documents(text: string, name: string): boolean {
  const declaration = new RegExp(String.raw`\*/\n(?: *//.*\n)* *(?:[a-z]+ )*${name}\b`);
  return declaration.test(text);
}

const skip = await noPython();

describe("docs/python.md", () => {
  test("has a row for each public name of Python's dividere, and no other", { skip }, async () => {
    await using peer = await PythonPeer.start("names.py");
    const { names } = await peer.next("names");
    const listed = rows.map(({ python }) => python);
    const wanted = names as readonly string[];
    assert.ok(wanted.length > 100, String(wanted));
    assert.deepEqual(
      {
        withoutRow: wanted.filter((name) => !listed.includes(name)),
        withoutName: listed.filter((name) => !wanted.includes(name)),
        twice: listed.filter((name, index) => listed.indexOf(name) < index),
      },
      { withoutRow: [], withoutName: [], twice: [] },
    );
  });

  test("gives each name a counterpart, or the reason for its absence", () => {
    for (const { python, ours, instead, note } of rows) {
      if (ours.length > 0) continue;
      assert.match(instead, /^(internal|none)$/, python);
      assert.ok(note.length > 5, `${python} is ${instead} without a reason`);
    }
  });

  test("names only exports of the built package", () => {
    const names = rows.flatMap(({ ours }) => ours.map(({ name }) => name));
    const atRunTime = names.filter((name) => !name.endsWith(".proto") && !name.startsWith("{"));
    const missing = atRunTime.filter((name) => exported(name) === undefined);
    assert.deepEqual(missing, []);
  });

  test("links each name to the file that documents it", () => {
    for (const { ours } of rows) {
      for (const { name, link } of ours) {
        const file = join(dirname(page), link);
        assert.ok(existsSync(file), `${name}: there is no ${link}`);
        const text = readFileSync(file, "utf8");
        const last =
          name
            .split(".")
            .at(-1)
            ?.replace(/^\{ (.+) \}$/, "$1") ?? "";
        const documented = link.endsWith(".proto")
          ? name.endsWith(".proto") || new RegExp(`^// .*\nmessage ${last} `, "m").test(text)
          : documents(text, last) || (last === "LoadBalancing" && text.includes("@module"));
        assert.ok(documented, `${link} has no documentation of ${name}`);
      }
    }
  });

  test("has no dead link to another page", () => {
    const text = readFileSync(page, "utf8");
    const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link = ""]) => link);
    assert.ok(links.length > 50);
    for (const link of links) {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page : join(dirname(page), path);
      assert.ok(existsSync(target), `there is no ${link}`);
      if (anchor === undefined) continue;
      const headings = readFileSync(target, "utf8").matchAll(/^#+ (.+)$/gm);
      const anchors = [...headings].map(([, heading = ""]) =>
        heading
          .toLowerCase()
          .replaceAll(/[^\w\- ]/g, "")
          .replaceAll(" ", "-"),
      );
      assert.ok(anchors.includes(anchor), `there is no heading for ${link}`);
    }
  });
});
