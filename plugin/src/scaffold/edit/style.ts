import { Node, type SourceFile } from "ts-morph";
import type { AnyClass } from "../project/subclasses.js";
import { beginsLine, indentationAt } from "./edits.js";

/** The style of a file. */
export interface Style {
  readonly newline: "\n" | "\r\n";
  readonly indentation: string;
  readonly quote: '"' | "'";
  readonly semicolon: ";" | "";
  /** The white space inside the braces of an import. */
  readonly braceSpace: " " | "";
}

/** The style of a class's members. */
export interface MemberStyle {
  readonly indentation: string;
  /** Whether an empty line separates members. */
  readonly spaced: boolean;
  /** `public`, `override` or both, if the existing handlers have them. */
  readonly modifiers: string;
  /** The name of the handlers' second parameter, if they have it. */
  readonly context: string | undefined;
}

/** A file that shows the style. */
export interface Sample {
  readonly source: SourceFile;
  readonly text: string;
}

/** Returns the style of a file; the other files' most common style decides what the file leaves open. */
export function styleOf(own: readonly Sample[], others: () => readonly Sample[]): Style {
  const votes = new Votes(own, others);
  return {
    newline: votes.best(["\n", "\r\n"]),
    indentation: votes.best(["  ", "\t", "    ", "   ", "        "]),
    quote: votes.best(['"', "'"]),
    semicolon: votes.best(["with semicolon", "without semicolon"]) === "with semicolon" ? ";" : "",
    braceSpace: votes.best(["wide braces", "tight braces"]) === "wide braces" ? " " : "",
  };
}

class Votes {
  readonly #own: Counts;
  readonly #others: () => Counts;

  constructor(own: readonly Sample[], others: () => readonly Sample[]) {
    this.#own = new Counts(own);
    let counted: Counts | undefined;
    // Other files are read only if this file leaves a choice open.
    this.#others = () => {
      counted ??= new Counts(others());
      return counted;
    };
  }

  /** Returns the choice with the most votes; the first choice in a tie. */
  best<const T extends string>(choices: readonly [T, ...T[]]): T {
    return this.#own.best(choices) ?? this.#others().best(choices) ?? choices[0];
  }
}

class Counts {
  readonly #counts = new Map<string, number>();

  constructor(samples: readonly Sample[]) {
    for (const { source, text } of samples) count(this, source, text);
  }

  add(choice: string): void {
    this.#counts.set(choice, this.#of(choice) + 1);
  }

  best<T extends string>(choices: readonly [T, ...T[]]): T | undefined {
    const most = choices.reduce((best, choice) =>
      this.#of(choice) > this.#of(best) ? choice : best,
    );
    return this.#of(most) > 0 ? most : undefined;
  }

  #of(choice: string): number {
    return this.#counts.get(choice) ?? 0;
  }
}

function count(votes: Counts, source: SourceFile, text: string): void {
  for (const [newline] of text.matchAll(/\r?\n/g)) votes.add(newline);
  countIndentation(votes, source);
  for (const node of source.getDescendants()) {
    if (Node.isStringLiteral(node)) {
      votes.add(node.getText().charAt(0));
    } else if (Node.isNamedImports(node) && node.getElements().length > 0) {
      votes.add(/^\{\S/.test(node.getText()) ? "tight braces" : "wide braces");
    } else if (
      Node.isImportDeclaration(node) ||
      Node.isVariableStatement(node) ||
      Node.isExpressionStatement(node) ||
      Node.isReturnStatement(node)
    ) {
      votes.add(node.getText().endsWith(";") ? "with semicolon" : "without semicolon");
    }
  }
}

/** Counts a vote for each increase of the indentation after a line that opens a block. */
function countIndentation(votes: Counts, source: SourceFile): void {
  let outer = "";
  let opened = false;
  for (const line of source.getFullText().split(/\r?\n/)) {
    const indentation = /^[ \t]*/.exec(line)?.[0] ?? "";
    if (line.trim() === "") continue;
    if (opened && indentation.startsWith(outer) && indentation !== outer) {
      votes.add(indentation.slice(outer.length));
    }
    outer = indentation;
    opened = /[{[(]$/.test(line);
  }
}

/** @param handlers - The names of the reactor's handlers. */
export function memberStyleOf(
  node: AnyClass,
  style: Style,
  handlers: ReadonlySet<string>,
): MemberStyle {
  const text = node.getSourceFile().getFullText();
  const members = node.getMembers();
  const first = members.find((member) => beginsLine(text, member.getStart()));
  const present = members.filter(
    (member) => Node.isMethodDeclaration(member) && handlers.has(member.getName()),
  );
  const all = (modifier: "public" | "override") =>
    present.length > 0 &&
    present.every(
      (member) =>
        Node.isModifierable(member) && member.getModifiers().some((m) => m.getText() === modifier),
    );
  return {
    indentation:
      first === undefined
        ? indentationAt(text, node.getStart()) + style.indentation
        : indentationAt(text, first.getStart()),
    spaced: isSpaced(text, node),
    modifiers: (["public", "override"] as const)
      .filter(all)
      .map((modifier) => `${modifier} `)
      .join(""),
    context: present
      .map((member) =>
        Node.isMethodDeclaration(member) ? member.getParameters()[1]?.getName() : undefined,
      )
      .find((name) => name !== undefined),
  };
}

/** Whether empty lines separate the methods; true without evidence. */
function isSpaced(text: string, node: AnyClass): boolean {
  const gaps = node.getMembers().flatMap((member, i, members) => {
    const next = members[i + 1];
    return next !== undefined && Node.isMethodDeclaration(member)
      ? [text.slice(member.getEnd(), next.getStart())]
      : [];
  });
  const wide = gaps.filter((gap) => /\n[ \t]*\r?\n/.test(gap)).length;
  return wide * 2 >= gaps.length;
}
