import type { LineChart } from "./chart.js";
import { axisNumber, shortNumber } from "./numbers.js";
import { escapeText, picture, text } from "./svg-parts.js";

const width = 760;
const height = 380;
const area = { left: 70, right: 30, top: 76, bottom: 52 };
const colours = ["#1f6feb", "#0a3069", "#8c959f", "#bc4c00", "#1a7f37", "#8250df"];

/** A scale from values to the pixels of an axis, and the values that are written along it. */
interface Axis {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** Draws lines; each point has its spread. */
export function drawLines(chart: LineChart): string {
  const { title, unit, xLabel, lines, fromZero, linearX } = chart;
  const scaled = (value: number): number => (linearX ? value : Math.log(value));
  const xs = [...new Set(lines.flatMap(({ points }) => points.map(({ x }) => x)))].sort(
    (a, b) => a - b,
  );
  const values = lines.flatMap(({ points }) => points.map(({ value }) => value));
  const [low, high] = [
    Math.min(...values.map((value) => value.low)),
    Math.max(...values.map((value) => value.high)),
  ];
  const bottom = height - area.bottom;
  const x = (value: number): number =>
    share(
      scaled(value),
      scaled(xs[0] ?? 1),
      scaled(xs.at(-1) ?? 1),
      area.left + 20,
      width - area.right - 20,
    );
  const y = fromZero ? linearAxis(high, bottom) : logarithmicAxis(low, high, bottom);
  const grid = y.ticks.map(
    (tick) =>
      `<path d="M${area.left} ${y.at(tick).toFixed(1)}H${width - area.right}" stroke="#d0d7de"/>${text(area.left - 8, y.at(tick) + 4, shortNumber(tick), { anchor: "end", size: 12 })}`,
  );
  const names = xs.map((each) =>
    text(x(each), bottom + 20, axisNumber(each), { anchor: "middle", size: 12 }),
  );
  const drawn = lines.map((line, index) => {
    const colour = colours[index % colours.length] ?? "black";
    const path = line.points
      .map(
        ({ x: px, value }, i) =>
          `${i === 0 ? "M" : "L"}${x(px).toFixed(1)} ${y.at(value.median).toFixed(1)}`,
      )
      .join("");
    const dots = line.points.map(
      ({ x: px, value }) =>
        `<path d="M${x(px).toFixed(1)} ${y.at(value.low).toFixed(1)}V${y.at(value.high).toFixed(1)}" stroke="${colour}"/><circle cx="${x(px).toFixed(1)}" cy="${y.at(value.median).toFixed(1)}" r="3.5" fill="${colour}"/>`,
    );
    return `<path d="${path}" stroke="${colour}" stroke-width="${line.ours ? 2.5 : 1.5}" fill="none"/>${dots.join("")}`;
  });
  const heading = text(16, 26, `${title}, ${unit}`, { bold: true, size: 15 });
  const body = [heading, ...legend(chart), ...grid, ...names, ...drawn];
  body.push(text((area.left + width - area.right) / 2, height - 12, xLabel, { anchor: "middle" }));
  return picture(width, height, `${escapeText(title)}, ${escapeText(unit)}`, body.join("\n"));
}

function legend({ lines }: LineChart): string[] {
  let left = 16;
  return lines.map(({ label, ours }, index) => {
    const colour = colours[index % colours.length] ?? "black";
    const key = `<rect x="${left}" y="42" width="14" height="4" fill="${colour}"/>${text(left + 20, 49, label, { bold: ours, size: 12 })}`;
    left += 40 + label.length * 6.7;
    return key;
  });
}

function linearAxis(high: number, bottom: number): Axis {
  const step = niceStep(high / 4);
  const count = Math.max(1, Math.ceil(high / step));
  return {
    at: (value) => share(value, 0, count * step, bottom, area.top),
    ticks: Array.from({ length: count + 1 }, (_, index) => index * step),
  };
}

function logarithmicAxis(low: number, high: number, bottom: number): Axis {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const top = Math.max(last, first + 1);
  return {
    at: (value) => share(Math.log10(value), first, top, bottom, area.top),
    ticks: Array.from({ length: top - first + 1 }, (_, index) => 10 ** (first + index)),
  };
}

/** The next of 1, 2 and 5, times a power of ten. */
function niceStep(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((each) => each * power >= value) ?? 10;
  return factor * power;
}

function share(value: number, from: number, to: number, start: number, end: number): number {
  return to === from ? (start + end) / 2 : start + ((value - from) / (to - from)) * (end - start);
}
