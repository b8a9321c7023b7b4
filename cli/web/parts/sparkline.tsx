import type { JSX } from "preact";
import { type Point, SPARKLINE } from "../../src/monitor/protocol.js";
import { rate } from "../state/format.js";

const WIDTH = 96;
const HEIGHT = 26;

/** The calls a second of an instance over the last minute; seconds with errors are marked. */
export function Sparkline({ points }: { readonly points: readonly Point[] }): JSX.Element {
  const most = Math.max(1e-9, ...points.map(([, calls]) => calls));
  const x = (at: number): number => ((SPARKLINE - points.length + at) / (SPARKLINE - 1)) * WIDTH;
  const y = (value: number): number => HEIGHT - 2 - (value / most) * (HEIGHT - 4);
  const line = points.map(([, calls], at) => `${x(at).toFixed(1)},${y(calls).toFixed(1)}`);
  const first = x(0).toFixed(1);
  const last = points.at(-1)?.[1] ?? 0;
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${rate(last)} calls a second now, ${rate(points.length === 0 ? 0 : most)} at most in the last minute`}
    >
      {points.length > 1 && (
        <>
          <polygon points={`${first},${HEIGHT} ${line.join(" ")} ${WIDTH},${HEIGHT}`} />
          <polyline points={line.join(" ")} />
        </>
      )}
      {points.map(
        ([time, calls, errors], at) =>
          errors > 0 && <circle key={time} cx={x(at)} cy={y(calls)} r="1.8" />,
      )}
    </svg>
  );
}
