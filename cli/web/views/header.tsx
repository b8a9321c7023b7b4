import type { JSX } from "preact";
import { Chip, type Tone } from "../parts/chip.js";
import { type Route, route } from "../state/route.js";
import { connection, registry } from "../state/store.js";

const LINKS: readonly (readonly [href: string, view: Route["view"], text: string, icon: string])[] =
  [
    ["#/", "overview", "Overview", "M3 13h4l3-8 4 14 3-6h4"],
    ["#/topology", "topology", "Topology", "M6 6h.01M18 6h.01M12 18h.01M6 6l6 12 6-12zM6 6h12"],
    ["#/events", "events", "Events", "M4 6h16M4 12h16M4 18h10"],
    ["#/call/", "call", "Call", "M4 12h14M12 6l6 6-6 6"],
  ];

/** The name, the ways to the views, and the state of what the page shows. */
export function Header(): JSX.Element {
  const { view } = route.value;
  return (
    <header class="top">
      <a class="brand" href="#/">
        <img src="/favicon.svg" alt="" width="24" height="24" />
        <span>
          dīvidere <b>monitor</b>
        </span>
      </a>
      <nav aria-label="Views">
        {LINKS.map(([href, name, text, icon]) => {
          const isCurrent = view === name || (view === "service" && name === "overview");
          return (
            <a key={name} href={href} aria-current={isCurrent ? "page" : undefined}>
              <svg viewBox="0 0 24 24" aria-hidden="true">
                <path d={icon} />
              </svg>
              {text}
            </a>
          );
        })}
      </nav>
      <div class="states" role="status">
        <RegistryChip />
        <ConnectionChip />
      </div>
    </header>
  );
}

function RegistryChip(): JSX.Element | null {
  const current = registry.value;
  if (current === undefined) return null;
  const tones = { up: "good", connecting: "calm", lost: "bad", failed: "bad" } as const;
  const tone: Tone = tones[current.state];
  const text = {
    up: "registry",
    connecting: "registry …",
    lost: "registry lost",
    failed: "no list",
  };
  return (
    <Chip tone={tone} title={`${current.endpoint}${current.reason && `: ${current.reason}`}`}>
      {text[current.state]}
    </Chip>
  );
}

function ConnectionChip(): JSX.Element {
  switch (connection.value) {
    case "live":
      return <Chip tone="good">live</Chip>;
    case "connecting":
      return <Chip tone="calm">loading</Chip>;
    case "lost":
      return (
        <Chip tone="bad" title="The monitor does not answer; is it still running?">
          reconnecting
        </Chip>
      );
  }
}
