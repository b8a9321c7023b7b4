import type { JSX } from "preact";
import { type Point, SPARKLINE } from "../../src/monitor/protocol.js";
import { rate } from "../state/format.js";

const WIDTH = 96;
const HEIGHT = 26;

/** The calls and events a second of an instance over the last minute; seconds with errors are marked. */
export function Sparkline({ points }: { readonly points: readonly Point[] }): JSX.Element {
  const values = points.map(([, calls, , , , , , events]) => calls + events);
  const most = Math.max(1e-9, ...values);
  const x = (at: number): number => ((SPARKLINE - points.length + at) / (SPARKLINE - 1)) * WIDTH;
  const y = (value: number): number => HEIGHT - 2 - (value / most) * (HEIGHT - 4);
  const line = values.map((value, at) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`);
  const first = x(0).toFixed(1);
  const last = values.at(-1) ?? 0;
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${rate(last)} calls and events a second now, ${rate(points.length === 0 ? 0 : most)} at most in the last minute`}
    >
      {points.length > 1 && (
        <>
          <polygon points={`${first},${HEIGHT} ${line.join(" ")} ${WIDTH},${HEIGHT}`} />
          <polyline points={line.join(" ")} />
        </>
      )}
      {points.map(
        ([time, , errors], at) =>
          errors > 0 && (
            <line class="errors" key={time} x1={x(at)} x2={x(at)} y1={HEIGHT} y2={HEIGHT - 5} />
          ),
      )}
    </svg>
  );
}
