import type { JSX } from "preact";
import type { Happening } from "../../../src/monitor/protocol.js";
import { clock } from "../../state/format.js";
import { happenings } from "../../state/store.js";

const SIGNS: Readonly<Record<Happening["what"], readonly [tone: string, sign: string]>> = {
  came: ["good", "+"],
  went: ["calm", "−"],
  restarted: ["accent", "↻"],
  health: ["warn", "!"],
  lost: ["bad", "!"],
  back: ["good", "✓"],
  registry: ["accent", "◆"],
};

/** The comings and goings, the newest first. */
export function Happenings(): JSX.Element {
  const newest = [...happenings.value].reverse();
  return (
    <section class="card happenings" aria-labelledby="happenings">
      <h2 id="happenings">Comings and goings</h2>
      {newest.length === 0 ? (
        <p class="muted">Nothing has happened since the monitor was started.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable regions need the focus
        <ol tabIndex={0} aria-labelledby="happenings">
          {newest.map(({ time, what, name, text }, at) => {
            const [tone, sign] = SIGNS[what];
            return (
              <li key={newest.length - at}>
                <span class={`sign ${tone}`} aria-hidden="true">
                  {sign}
                </span>
                <span>
                  <b>{name}</b> {text}
                </span>
                <time dateTime={new Date(time).toISOString()}>{clock(time)}</time>
              </li>
            );
          })}
        </ol>
      )}
    </section>
  );
}
