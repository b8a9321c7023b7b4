import type { BarChart, Chart } from "./chart.js";
import { shortNumber } from "./numbers.js";
import { drawLines } from "./svg-lines.js";
import { escapeText, picture, text } from "./svg-parts.js";

const width = 760;
const labelWidth = 290;
const valueWidth = 150;
const rowHeight = 30;
const top = 46;

/** Draws a chart as a picture that stands alone, on a white ground. */
export function toSvg(chart: Chart): string {
  return chart.kind === "bars" ? drawBars(chart) : drawLines(chart);
}

function drawBars({ title, unit, bars }: BarChart): string {
  const most = Math.max(...bars.map(({ value }) => value.high));
  const scale = (value: number): number => (value / most) * (width - labelWidth - valueWidth);
  const rows = bars.map(({ label, value, ours }, index) => {
    const y = top + index * rowHeight;
    const middle = y + rowHeight / 2;
    const [low, high] = [labelWidth + scale(value.low), labelWidth + scale(value.high)];
    const bar = `<rect x="${labelWidth}" y="${y + 5}" width="${scale(value.median).toFixed(1)}" height="${rowHeight - 10}" fill="${ours ? "#1f6feb" : "#b8c0cc"}"/>`;
    const spread = `<path d="M${low.toFixed(1)} ${middle}H${high.toFixed(1)}M${low.toFixed(1)} ${middle - 4}v8M${high.toFixed(1)} ${middle - 4}v8" stroke="#24292f" fill="none"/>`;
    const name = text(labelWidth - 8, middle + 4, label, { anchor: "end", bold: ours });
    return `${bar}${spread}${name}${text(high + 8, middle + 4, shortNumber(value.median))}`;
  });
  return picture(
    width,
    top + bars.length * rowHeight + 14,
    `${escapeText(title)}, ${escapeText(unit)}`,
    [text(16, 26, `${title}, ${unit}`, { bold: true, size: 15 }), ...rows].join("\n"),
  );
}
