import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Point } from "../../src/monitor/protocol.js";
import { isDark } from "../state/media.js";
import { type Series, seriesData, seriesOptions } from "./chart-options.js";

/** A live line chart over the last minutes, with its values in text. */
export function Chart({
  title,
  unit,
  points,
  series,
  format,
}: {
  readonly title: string;
  /** What the values are, in small print: "a second". */
  readonly unit: string;
  readonly points: readonly Point[];
  readonly series: readonly Series[];
  readonly format: (value: number | null) => string;
}): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const cursor = useSignal<number | undefined>(undefined);
  const dark = isDark.value;

  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const options = seriesOptions(element, series, format, (at) => {
      cursor.value = at;
    });
    const chart = new uPlot(options, seriesData(points, series), element);
    plot.current = chart;
    const observer = new ResizeObserver(() => {
      chart.setSize({ width: element.clientWidth, height: options.height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
    // The colours are those of the scheme; points that come later are set below.
  }, [dark]);

  useEffect(() => {
    plot.current?.setData(seriesData(points, series));
  }, [points, series]);

  const shown = points[cursor.value ?? points.length - 1];
  const values = series.map(({ label, index, color }) => {
    const value = shown?.[index] ?? null;
    return { label, color, text: format(value) };
  });
  return (
    <figure class="card chart">
      <figcaption>
        <h3>
          {title} <small>{unit}</small>
        </h3>
        <ul class="legend">
          {values.map(({ label, color, text }) => (
            <li key={label}>
              <span class={`swatch ${color}`} aria-hidden="true" />
              {label} <b>{text}</b>
            </li>
          ))}
        </ul>
      </figcaption>
      <div
        class="plot"
        ref={place}
        role="img"
        aria-label={`${title}: ${values.map(({ label, text }) => `${label} ${text}`).join(", ")}`}
      />
    </figure>
  );
}
