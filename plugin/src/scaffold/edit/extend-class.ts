import { Node } from "ts-morph";
import type { Handler } from "../project/handlers.js";
import type { AnyClass } from "../project/subclasses.js";
import { beginsLine, type Insertion, indentationAt, lineStart } from "./edits.js";
import { type HandlerSurroundings, handlerText } from "./handler-text.js";

type Member = ReturnType<AnyClass["getMembers"]>[number];

/** The place for handlers: after or before a member, or inside a class without members. */
type Place =
  | { readonly kind: "after" | "before"; readonly member: Member }
  | { readonly kind: "inside" };

/**
 * Inserts handlers into a class, each beside its neighbour in the proto.
 *
 * @param renamed - The new names of methods, by those that they have in the class.
 */
export function extendClass(
  node: AnyClass,
  missing: readonly Handler[],
  around: HandlerSurroundings,
  renamed: ReadonlyMap<string, string> = new Map(),
): Insertion[] {
  const groups = new Map<string, { place: Place; handlers: Handler[] }>();
  for (const handler of missing) {
    const place = placeOf(node, handler, around.reactor.handlers, renamed);
    const key = place.kind === "inside" ? "" : `${place.kind} ${place.member.getStart()}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { place, handlers: [handler] });
    else group.handlers.push(handler);
  }
  return [...groups.values()].map(({ place, handlers }) => {
    const { style, members } = around;
    const gap = members.spaced ? style.newline.repeat(2) : style.newline;
    const text = handlers
      .map((handler) => members.indentation + handlerText(handler, around))
      .join(gap);
    return insertionAt(node, place, text, gap, around);
  });
}

function placeOf(
  node: AnyClass,
  handler: Handler,
  order: readonly Handler[],
  renamed: ReadonlyMap<string, string>,
): Place {
  const named = (member: Member) => renamed.get(nameOf(member) ?? "") ?? nameOf(member);
  const members = node.getMembers().filter((member) => !isStatic(member));
  const index = order.indexOf(handler);
  for (const { name } of order.slice(0, index).reverse()) {
    const member = members.findLast((found) => named(found) === name);
    if (member !== undefined) return { kind: "after", member };
  }
  for (const { name } of order.slice(index + 1)) {
    const member = members.find((found) => named(found) === name);
    if (member !== undefined) return { kind: "before", member };
  }
  const last = node.getMembers().at(-1);
  return last === undefined ? { kind: "inside" } : { kind: "after", member: last };
}

function insertionAt(
  node: AnyClass,
  place: Place,
  text: string,
  gap: string,
  { style }: HandlerSurroundings,
): Insertion {
  const source = node.getSourceFile().getFullText();
  const { newline } = style;
  const outer = indentationAt(source, node.getStart());
  // A brace on the same line moves to a new line.
  const closed = (at: number, added: string): Insertion => {
    const blank = /^[ \t]*/.exec(source.slice(at))?.[0].length ?? 0;
    return /^\r?\n/.test(source.slice(at + blank))
      ? { at, text: added }
      : { at, over: blank, text: added + newline + outer };
  };
  switch (place.kind) {
    case "after": {
      const at = endOf(source, place.member);
      const isLast = source.slice(at, node.getEnd() - 1).trim() === "";
      return isLast ? closed(at, gap + text) : { at, text: gap + text };
    }
    case "before": {
      const at = startOf(source, place.member);
      if (beginsLine(source, at)) return { at: lineStart(source, at), text: text + gap };
      const blank = /[ \t]*$/.exec(source.slice(0, at))?.[0].length ?? 0;
      return {
        at: at - blank,
        over: blank,
        text: newline + text + gap + outer + style.indentation,
      };
    }
    case "inside":
      return closed(source.slice(0, node.getEnd() - 1).trimEnd().length, newline + text);
  }
}

/** Returns the end of a member, including a semicolon or comment after it on the same line. */
function endOf(source: string, member: Member): number {
  const end = member.getTrailingCommentRanges().at(-1)?.getEnd() ?? member.getEnd();
  const semicolon = /^[ \t]*;/.exec(source.slice(end))?.[0];
  return end + (semicolon?.length ?? 0);
}

/** Returns the start of a member, including its decorators and the comments directly above it. */
function startOf(source: string, member: Member): number {
  let start = member.getStart();
  for (const comment of member.getLeadingCommentRanges().reverse()) {
    const between = source.slice(comment.getEnd(), start);
    if (/\n[ \t]*\r?\n/.test(between) || !beginsLine(source, comment.getPos())) break;
    start = comment.getPos();
  }
  return start;
}

function isStatic(member: Member): boolean {
  return Node.isStaticable(member) && member.isStatic();
}

/** Returns the name of a member without quotes or brackets; undefined for a computed or missing name. */
export function nameOf(member: Member): string | undefined {
  if (
    Node.isMethodDeclaration(member) ||
    Node.isPropertyDeclaration(member) ||
    Node.isGetAccessorDeclaration(member)
  ) {
    const name = member.getNameNode();
    const literal = Node.isComputedPropertyName(name) ? name.getExpression() : name;
    if (Node.isStringLiteral(literal) || Node.isNoSubstitutionTemplateLiteral(literal)) {
      return literal.getLiteralText();
    }
    return Node.isIdentifier(literal) && literal === name ? literal.getText() : undefined;
  }
  return undefined;
}
