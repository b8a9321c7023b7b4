import { openWaits } from "./wait.js";

/** Kinds of handles that standard output and error have, which do not keep a process alive. */
const STREAMS: ReadonlySet<string> = new Set(["TTYWrap", "PipeWrap"]);

/** Standard output and standard error. */
const STANDARD_STREAMS = 2;

let relayReads = 0;

/** The number of pending receives of brokers and proxies; they keep the process alive, as intended. */
export function pendingRelayReads(): number {
  return relayReads;
}

/** Counts a receive of a broker or a proxy that begins (1) or ends (-1). */
export function noteRelayRead(change: 1 | -1): void {
  relayReads += change;
}

/**
 * Whether the program has work that this module can see: timers, connections, files, children,
 * standard input, a channel to its parent, or a call of this package that waits. Native handles of
 * other packages are not seen.
 */
export function hasVisibleWork(): boolean {
  if (openWaits() > 0 || process.channel !== undefined) return true;
  let streams = 0;
  for (const kind of process.getActiveResourcesInfo()) {
    // A closing handle ends by itself.
    if (kind === "CloseReq") continue;
    if (!STREAMS.has(kind)) return true;
    if (++streams > STANDARD_STREAMS) return true;
  }
  return false;
}
