import type { MpMsgReactor, MtMsgReactor, RequestClient } from "dividere/messaging";

// The declaration files leave these members out: they are for tests alone.

/** The number of calls that a client has in flight. */
export function inFlight(client: RequestClient): number {
  return (client as unknown as { readonly _inFlight: number })._inFlight;
}

/** The number of streams of a reactor, and of its requests that can be cancelled. */
export function openCalls(reactor: MtMsgReactor): number {
  return (reactor as unknown as { readonly _openCalls: number })._openCalls;
}

/** The same of all the workers of a farm. */
export function openJobs(farm: MpMsgReactor): number {
  return (farm as unknown as { readonly _openJobs: number })._openJobs;
}

/** The number of messages that wait for a worker of a farm. */
export function waitingAt(farm: MpMsgReactor): number {
  return (farm as unknown as { readonly _waiting: number })._waiting;
}
