import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { route } from "../state/route.js";
import { CallView } from "./call/call.js";
import { EventsView } from "./events/events.js";
import { Header } from "./header.js";
import { Overview } from "./overview/overview.js";
import { ServiceView } from "./service/service.js";
import { TopologyView } from "./topology/topology.js";

const TITLES = {
  overview: "Overview",
  service: "Service",
  topology: "Topology",
  events: "Events",
  call: "Call",
} as const;

/** The whole page. */
export function App(): JSX.Element {
  const { view } = route.value;
  const main = useRef<HTMLElement>(null);
  const shown = useRef(view);
  useEffect(() => {
    document.title = `${TITLES[view]} · dīvidere monitor`;
    // A reader of the screen goes on at the new view, and the page begins at its top.
    if (shown.current !== view) main.current?.focus({ preventScroll: true });
    if (shown.current !== view) scrollTo(0, 0);
    shown.current = view;
  }, [view]);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <Header />
      <main id="main" ref={main} tabIndex={-1}>
        <View />
      </main>
    </>
  );
}

function View(): JSX.Element {
  const current = route.value;
  switch (current.view) {
    case "overview":
      return <Overview />;
    case "service":
      return <ServiceView name={current.name} />;
    case "topology":
      return <TopologyView />;
    case "events":
      return <EventsView />;
    case "call":
      return <CallView wantedKey={current.key} wantedPath={current.path} />;
  }
}
