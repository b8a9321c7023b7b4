import type { StreamMessage } from "../../src/monitor/protocol.js";
import { apply, connection } from "./store.js";

/** The pause before the page asks for the stream again, after the monitor refused it. */
const PAUSE_MS = 2_000;

/** Follows the monitor's stream for as long as the page is open. */
export function followStream(): void {
  const source = new EventSource("/api/stream");
  source.addEventListener("message", ({ data }) => {
    connection.value = "live";
    apply(JSON.parse(data) as StreamMessage);
  });
  source.addEventListener("error", () => {
    connection.value = "lost";
    // A browser asks again by itself only after a lost connection.
    if (source.readyState === EventSource.CLOSED) setTimeout(followStream, PAUSE_MS);
  });
}
