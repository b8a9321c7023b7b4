import { ts } from "ts-morph";
import { type Insertion, indentationAt, insert } from "../edit/edits.js";

/** Parses a text as an object; undefined if it is none. */
export function readJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? { ...value }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the object under a key; an empty object if there is none. */
export function membersOf(
  json: Readonly<Record<string, unknown>> | undefined,
  key: string,
): Readonly<Record<string, unknown>> {
  const value = json?.[key];
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/**
 * Adds entries to the object under a key, and creates that object if it is missing. The existing text stays unchanged;
 * if packages are in alphabetical order, new packages are inserted in order.
 */
export function addToObject(
  text: string,
  key: string,
  entries: Readonly<Record<string, string>>,
): string {
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const { source, root } = parsed(text.slice(mark.length));
  const layout = layoutOf(source, root);
  const property = root.properties.find((found) => nameOf(found) === key);
  const object =
    property !== undefined && ts.isPropertyAssignment(property) ? property.initializer : undefined;
  const insertions =
    object !== undefined && ts.isObjectLiteralExpression(object)
      ? // Scripts keep the order of their author.
        entriesInto(source, object, entries, layout, key !== "scripts")
      : [memberInto(source, root, objectText(key, entries, layout), layout)];
  return mark + insert(source.text, insertions);
}

/** Sets the text under a key, or replaces it. The rest of the file stays unchanged. */
export function setText(text: string, key: string, value: string): string {
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const { source, root } = parsed(text.slice(mark.length));
  const layout = layoutOf(source, root);
  const property = root.properties.find((found) => nameOf(found) === key);
  if (property !== undefined && ts.isPropertyAssignment(property)) {
    const { initializer } = property;
    const before = source.text.slice(0, initializer.getStart(source));
    return mark + before + JSON.stringify(value) + source.text.slice(initializer.getEnd());
  }
  return mark + insert(source.text, [memberInto(source, root, entry(key, value), layout)]);
}

function parsed(text: string): { source: ts.JsonSourceFile; root: ts.ObjectLiteralExpression } {
  const source = ts.parseJsonText("package.json", text);
  const root = source.statements[0]?.expression;
  if (root === undefined || !ts.isObjectLiteralExpression(root)) {
    throw new TypeError("A text that is no JSON object was not refused before");
  }
  return { source, root };
}

interface Layout {
  readonly newline: string;
  readonly indentation: string;
}

function layoutOf(source: ts.JsonSourceFile, root: ts.ObjectLiteralExpression): Layout {
  const { text } = source;
  const [first] = root.properties;
  const start = first?.getStart(source);
  return {
    newline: text.includes("\r\n") ? "\r\n" : "\n",
    indentation: start === undefined ? "  " : indentationAt(text, start) || "  ",
  };
}

function entriesInto(
  source: ts.JsonSourceFile,
  object: ts.ObjectLiteralExpression,
  entries: Readonly<Record<string, string>>,
  layout: Layout,
  inOrder: boolean,
): Insertion[] {
  const { text } = source;
  const present = [...object.properties];
  const names = present.map(nameOf);
  const sorted = inOrder && names.every((name, i) => i === 0 || (names[i - 1] ?? "") <= name);
  const [first] = present;
  const outer = indentationAt(text, object.getStart(source));
  const oneLine =
    first !== undefined &&
    !text.slice(object.getStart(source), first.getStart(source)).includes("\n");
  const separator = oneLine
    ? " "
    : layout.newline +
      (first === undefined
        ? outer + layout.indentation
        : indentationAt(text, first.getStart(source)));
  if (first === undefined) {
    const list = Object.entries(entries).map(([name, value]) => separator + entry(name, value));
    return [
      {
        at: object.getStart(source) + 1,
        text: `${list.join(",")}${/\n/.test(object.getText(source)) ? "" : layout.newline + outer}`,
      },
    ];
  }
  return Object.entries(entries).map(([name, value]) => {
    const next = sorted ? present.find((found) => nameOf(found) > name) : undefined;
    return next === undefined
      ? { at: present.at(-1)?.getEnd() ?? 0, text: `,${separator}${entry(name, value)}` }
      : { at: next.getStart(source), text: `${entry(name, value)},${separator}` };
  });
}

function objectText(
  key: string,
  entries: Readonly<Record<string, string>>,
  { newline, indentation }: Layout,
): string {
  const lines = Object.entries(entries).map(
    ([name, value]) => newline + indentation.repeat(2) + entry(name, value),
  );
  return `${JSON.stringify(key)}: {${lines.join(",")}${newline}${indentation}}`;
}

/** Puts a member at the end of the file's object. */
function memberInto(
  source: ts.JsonSourceFile,
  root: ts.ObjectLiteralExpression,
  member: string,
  { newline, indentation }: Layout,
): Insertion {
  const text = newline + indentation + member;
  const last = root.properties.at(-1);
  if (last !== undefined) return { at: last.getEnd(), text: `,${text}` };
  const start = root.getStart(source) + 1;
  return { at: start, text: text + (/^\s*\n/.test(source.text.slice(start)) ? "" : newline) };
}

function entry(name: string, value: string): string {
  return `${JSON.stringify(name)}: ${JSON.stringify(value)}`;
}

function nameOf(property: ts.ObjectLiteralElementLike): string {
  return property.name !== undefined && ts.isStringLiteral(property.name) ? property.name.text : "";
}
