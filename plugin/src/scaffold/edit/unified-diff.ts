const context = 3;

interface Line {
  readonly mark: " " | "-" | "+";
  readonly text: string;
  /** Line numbers before and after, from 0. */
  readonly before: number;
  readonly after: number;
}

/**
 * Returns the change from one text to another in the format of `patch -p1` and `git apply`; empty without a change.
 *
 * @param before - Undefined for a file that does not exist yet.
 */
export function unifiedDiff(path: string, before: string | undefined, after: string): string {
  if (before === after) return "";
  const lines = compare(split(before ?? ""), split(after));
  const from = before === undefined ? "/dev/null" : `a/${path}`;
  return `--- ${from}\n+++ b/${path}\n${hunks(lines).map(show).join("")}`;
}

/** Splits a text into lines with their ends, so that a missing newline at the end of the file counts as a difference. */
function split(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Returns the shortest edit from one list to the other (Myers, "An O(ND) Difference Algorithm", 1986). */
function compare(before: readonly string[], after: readonly string[]): Line[] {
  const lines: Line[] = [];
  let x = before.length;
  let y = after.length;
  for (const [d, reached] of [...furthest(before, after).entries()].reverse()) {
    const down = isDown(reached, x - y, d);
    const from = down ? x - y + 1 : x - y - 1;
    const startX = d === 0 ? 0 : (reached.get(from) ?? 0);
    const startY = d === 0 ? 0 : startX - from;
    while (x > startX && y > startY) {
      lines.push({ mark: " ", text: before[--x] ?? "", before: x, after: --y });
    }
    if (d === 0) break;
    if (down) lines.push({ mark: "+", text: after[--y] ?? "", before: x, after: y });
    else lines.push({ mark: "-", text: before[--x] ?? "", before: x, after: y });
  }
  return lines.reverse();
}

/** Returns, for each number of changes, the furthest point on every diagonal after one change less. */
function furthest(before: readonly string[], after: readonly string[]): Map<number, number>[] {
  const steps: Map<number, number>[] = [];
  let reached = new Map([[1, 0]]);
  for (let d = 0; ; d++) {
    steps.push(new Map(reached));
    const next = new Map(reached);
    for (let k = -d; k <= d; k += 2) {
      let x = isDown(reached, k, d) ? (reached.get(k + 1) ?? 0) : (reached.get(k - 1) ?? 0) + 1;
      while (x < before.length && x - k < after.length && before[x] === after[x - k]) x++;
      next.set(k, x);
      if (x >= before.length && x - k >= after.length) return steps;
    }
    reached = next;
  }
}

/** Whether the path to diagonal `k` comes from the diagonal above, by adding a line. */
function isDown(reached: ReadonlyMap<number, number>, k: number, d: number): boolean {
  return k === -d || (k !== d && (reached.get(k - 1) ?? 0) < (reached.get(k + 1) ?? 0));
}

/** Groups the changes with their surrounding lines; nearby changes share a hunk. */
function hunks(lines: readonly Line[]): Line[][] {
  const result: Line[][] = [];
  let end = -1;
  lines.forEach((line, i) => {
    if (line.mark === " ") return;
    const start = Math.max(0, i - context);
    if (start > end || result.length === 0) {
      result.push([]);
      end = start;
    }
    const next = Math.min(lines.length, i + 1 + context);
    result.at(-1)?.push(...lines.slice(end, next));
    end = Math.max(end, next);
  });
  return result;
}

function show(hunk: readonly Line[]): string {
  const count = (mark: "-" | "+") => hunk.filter((line) => line.mark !== mark).length;
  const range = (start: number, length: number) =>
    // A range without lines names the line before it.
    `${length === 0 ? start : start + 1},${length}`;
  const [first] = hunk;
  const header = `@@ -${range(first?.before ?? 0, count("+"))} +${range(first?.after ?? 0, count("-"))} @@\n`;
  return header + hunk.map(({ mark, text }) => mark + withEnd(text)).join("");
}

function withEnd(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n\\ No newline at end of file\n`;
}
