import { setTimeout as delay } from "node:timers/promises";
import { Etcd3, type IOptions, isRecoverableError } from "etcd3";
import { RequestError, toError } from "../../base/errors.js";

/** The time that one member of the cluster has for an answer, in milliseconds. */
const ATTEMPT_MS = 1_000;

/** The pause before the next member is asked. */
const AGAIN_AFTER_MS = 50;

/** The part of etcd3's fault handling that is used: every call goes through, and is repeated here. */
const passOn = {
  execute: async (task: (context: object) => unknown): Promise<unknown> =>
    task({ signal: new AbortController().signal }),
};

/** How to reach a cluster of etcd. */
export interface EtcdAddress {
  readonly hosts: readonly string[];
  readonly credentials?: IOptions["credentials"];
  readonly auth?: { readonly username: string; readonly password: string };
}

/**
 * Makes the client of a cluster. etcd3 would avoid a member for five seconds after three failures, and all of
 * them fail while they elect a leader; a failed call goes to another member here, until its time is up.
 */
export function connect({ hosts, credentials, auth }: EtcdAddress): Etcd3 {
  return new Etcd3({
    hosts: [...hosts],
    ...(credentials !== undefined && { credentials }),
    ...(auth !== undefined && { auth }),
    // A member that has stopped without closing its connections is noticed.
    grpcOptions: { "grpc.keepalive_time_ms": 2_000, "grpc.keepalive_timeout_ms": 2_000 },
    defaultCallOptions: ({ isStream }) => (isStream ? {} : { deadline: Date.now() + ATTEMPT_MS }),
    faultHandling: {
      host: () => passOn as never,
      global: passOn as never,
    },
  });
}

/**
 * Makes a call that may be repeated, and repeats it until a member answers or the time is up.
 *
 * @throws RequestError `UNAVAILABLE`, or `INTERNAL` for what etcd refuses for good
 */
export async function untilAnswered<T>(
  what: string,
  timeoutMs: number,
  attempt: () => Promise<T>,
): Promise<T> {
  const endsAt = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const failure = lastingFailure(what, error, performance.now() >= endsAt);
      if (failure !== undefined) throw failure;
      await delay(AGAIN_AFTER_MS);
    }
  }
}

/** Returns what a failed call is told as; `undefined` if it may still succeed, as long as it is not late. */
export function lastingFailure(
  what: string,
  error: unknown,
  late: boolean,
): RequestError | undefined {
  const cause = toError(error);
  // Those of OpenSSL have several lines.
  const text = cause.message.replace(/\s+/g, " ");
  if (!isTemporary(cause)) {
    const message = `etcd refused to ${what}: ${text}; look at the user and the options of the store`;
    return new RequestError("INTERNAL", message, { cause });
  }
  if (!late) return undefined;
  const message = `etcd could not ${what}: ${text}; is a majority of its members running? Wrong hosts or certificates of the store look the same`;
  return new RequestError("UNAVAILABLE", message, { cause });
}

/** The codes of gRPC for failures that may pass: CANCELLED, DEADLINE_EXCEEDED, INTERNAL and UNAVAILABLE. */
const PASSING: ReadonlySet<unknown> = new Set([1, 4, 13, 14]);

/** Streams fail with errors of gRPC, which etcd3 has not read. */
function isTemporary(error: Error): boolean {
  return (
    isRecoverableError(error) ||
    PASSING.has((error as { code?: unknown }).code) ||
    /no leader|leader changed|timed out|has ended the stream/i.test(error.message)
  );
}
