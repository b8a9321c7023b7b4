import type { Output, Style } from "./output.js";
import { printable } from "./printable.js";

/** A column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Whether the column may be cut when the table is too wide. */
  readonly shrinks?: boolean;
  /** Returns the text of a cell; characters that would control the terminal are replaced. */
  cell(row: Row): string;
  /** Returns the style of a cell. */
  style?(row: Row): Style | undefined;
}

const GAP = "  ";

/** The shortest length of a column that shrinks. */
const LEAST = 8;

/** Returns the lines of a table, which fits the width of the output as far as its columns shrink. */
export function table<Row>(
  out: Output,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): readonly string[] {
  const cells = rows.map((row) => columns.map((column) => printable(column.cell(row))));
  const widths = columns.map((column, at) =>
    Math.max(column.title.length, ...cells.map((row) => row[at]?.length ?? 0)),
  );
  shrink(columns, widths, out.width);
  const line = (texts: readonly string[], styleOf: (column: Column<Row>) => Style | undefined) =>
    columns
      .map((column, at) => {
        const text = texts[at] ?? "";
        const style = styleOf(column);
        const last = at === columns.length - 1;
        const fitted = padded(text, widths[at] ?? 0, column.align ?? "left", last);
        return style === undefined ? fitted : out.paint(style, fitted);
      })
      .join(GAP);
  const head = line(
    columns.map(({ title }) => title),
    () => "bold",
  );
  return [head, ...rows.map((row, at) => line(cells[at] ?? [], (column) => column.style?.(row)))];
}

function shrink<Row>(columns: readonly Column<Row>[], widths: number[], width: number): void {
  let excess = widths.reduce((sum, each) => sum + each + GAP.length, -GAP.length) - width;
  while (excess > 0) {
    let widest = -1;
    for (const [at, column] of columns.entries()) {
      const own = widths[at] ?? 0;
      if (column.shrinks === true && own > LEAST && own > (widths[widest] ?? 0)) widest = at;
    }
    if (widest < 0) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess--;
  }
}

function padded(text: string, width: number, align: "left" | "right", last: boolean): string {
  if (text.length > width) return `${text.slice(0, width - 1)}…`;
  const space = " ".repeat(width - text.length);
  if (align === "right") return space + text;
  return last ? text : text + space;
}
