import { DividereError, RequestError, toError } from "../../base/errors.js";
import { openWait, timer } from "../../base/wait.js";
import type { ResponseStream } from "../../messaging/call/streams.js";
import type { WatchResponse } from "../../wire/gen/dividere/v1/registry.js";
import type { RegistryEvent } from "./event.js";
import { KnownInstances } from "./known.js";

/** Options for the method `watch` of a `RegistryClient`. */
export interface RegistryWatchOptions {
  /** Ends the watch with the signal's reason when it is aborted. */
  signal?: AbortSignal;
  /**
   * The time, in milliseconds, that an instance stays in the list after a registry has resumed without it. By
   * default the lease of the instance, and 10,000 for a plain one: so long a live service may need to register with
   * a registry that has restarted.
   */
  graceMs?: number;
}

/** The pause before the registry is asked again; doubled each time in a row. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

/** The calls to the registries that a watch makes. */
export interface WatchSource {
  /** Opens the stream of a registry. */
  open(signal: AbortSignal | undefined): Promise<ResponseStream<WatchResponse>>;
  /** Goes on to the next of several registries. */
  skip(): void;
}

/** Follows the list of a registry, through its restarts and through the loss of registries. */
export async function* watch(
  source: WatchSource,
  { signal, graceMs }: RegistryWatchOptions,
): AsyncGenerator<RegistryEvent, void, void> {
  const known = new KnownInstances(graceMs);
  let lost = false;
  let pauseMs = FIRST_PAUSE_MS;
  for (;;) {
    let failure: Error;
    try {
      for await (const events of session(source, known, signal)) {
        pauseMs = FIRST_PAUSE_MS;
        if (lost) yield { type: "resumed" };
        lost = false;
        yield* events;
      }
      failure = new RequestError("UNAVAILABLE", "The registry has ended the watch");
    } catch (error) {
      signal?.throwIfAborted();
      failure = toError(error);
      if (isFinal(failure)) throw failure;
    }
    known.restart();
    source.skip();
    if (!lost) yield { type: "lost", error: failure };
    lost = true;
    await pause(pauseMs, signal);
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }
}

/** Yields the events of one stream of a registry, until the stream ends. */
async function* session(
  source: WatchSource,
  known: KnownInstances,
  signal: AbortSignal | undefined,
): AsyncGenerator<Iterable<RegistryEvent>, void, void> {
  await using stream = await source.open(signal);
  let next = stream.next();
  for (;;) {
    if (await isDue(known.nextExpiry, next)) {
      yield known.expired();
      continue;
    }
    const { done, value } = await next;
    if (done) return;
    yield known.take(value);
    next = stream.next();
  }
}

/** Waits for a response or a time by the monotonic clock; returns whether the time came first. */
async function isDue(time: number | undefined, next: Promise<unknown>): Promise<boolean> {
  if (time === undefined) return false;
  let due = false;
  let stop = (): void => {};
  const reached = new Promise<void>((resolve) => {
    stop = timer(Math.ceil(time - performance.now()), () => {
      due = true;
      resolve();
    });
  });
  await Promise.race([reached, next]).finally(stop);
  return due;
}

/** Whether the watch cannot succeed later. */
function isFinal(error: Error): boolean {
  if (error instanceof RequestError)
    return ["UNIMPLEMENTED", "PERMISSION_DENIED", "INVALID_ARGUMENT"].includes(error.status);
  return error instanceof DividereError && error.code !== "TIMEOUT" && error.code !== "QUEUE_FULL";
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  const wait = openWait<void>({ timeoutMs: ms, signal }, () => "");
  await wait.promise.catch((error) => {
    signal?.throwIfAborted();
    if (!(error instanceof DividereError)) throw error;
  });
}
