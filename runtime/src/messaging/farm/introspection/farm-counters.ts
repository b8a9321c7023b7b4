import { ack } from "../../../wire/gen/MsgLib.js";
import type { Envelope } from "../../envelope/format.js";
import { readEnvelope } from "../../envelope/parse.js";
import type { ServiceDescription } from "../../introspection/introspected.js";
import { RpcCounters } from "../../stats/rpc-counters.js";

/** The counters of an rpc of the workers. */
interface Counted {
  readonly counters: RpcCounters;
  /** Whether `ack` is the rpc's own response, and not a refusal. */
  readonly answersAck: boolean;
}

/** One message that is counted; told of its end once. */
export class CountedMessage {
  readonly #counted: Counted;
  readonly #arrivedAt: number;

  constructor(counted: Counted, arrivedAt: number) {
    this.#counted = counted;
    this.#arrivedAt = arrivedAt;
    counted.counters.begin();
  }

  /** @param code - The status of a failure; `undefined` for an answer. */
  end(code: string | undefined): void {
    const { counters, answersAck } = this.#counted;
    const tookMs = performance.now() - this.#arrivedAt;
    if (code === undefined || (code === REFUSED && answersAck)) counters.succeed(tookMs);
    else counters.failWith(tookMs, code);
  }
}

/** The status of `ack { ok: false }`, the refusal of a plain request. */
export const REFUSED = "REFUSED";

/**
 * Counts the messages of a farm as the parent process sees them, from their arrival here until the
 * worker's answer, the wait for a free worker included.
 */
export class FarmCounters {
  readonly #byPath = new Map<string, Counted>();
  readonly #byRequest = new Map<string, Counted>();
  readonly #byEvent = new Map<string, Counted>();

  /** Takes note of the workers' services, which are the same for all of them. */
  learn(services: readonly ServiceDescription[]): void {
    if (this.#byPath.size > 0) return;
    for (const { typeName, rpcs } of services) {
      for (const rpc of rpcs) {
        const path = `${typeName}/${rpc.name}`;
        const counted = {
          counters: new RpcCounters(path),
          answersAck: rpc.response === ack.$type,
        };
        this.#byPath.set(path, counted);
        const byType = rpc.published ? this.#byEvent : this.#byRequest;
        if (!byType.has(rpc.request)) byType.set(rpc.request, counted);
      }
    }
  }

  /** The counters of each rpc. */
  get all(): Iterable<RpcCounters> {
    return Array.from(this.#byPath.values(), ({ counters }) => counters);
  }

  /** Counts a request of a known rpc. A request that names no rpc counts for the first that takes it. */
  request(envelope: Envelope | undefined, arrivedAt: number): CountedMessage | undefined {
    if (envelope === undefined) return undefined;
    const { rpc, typeName, msgName } = envelope;
    const counted =
      rpc === undefined ? this.#byRequest.get(typeName || msgName) : this.#byPath.get(rpc);
    return counted && new CountedMessage(counted, arrivedAt);
  }

  /** Counts an event of a known rpc. */
  event(frame: Uint8Array, arrivedAt: number): CountedMessage | undefined {
    const counted = this.#byEvent.size === 0 ? undefined : this.#byEvent.get(typeOf(frame));
    return counted && new CountedMessage(counted, arrivedAt);
  }
}

/** Returns the full name of the type of an event; empty for a frame that is not an envelope. */
function typeOf(frame: Uint8Array): string {
  try {
    return readEnvelope(frame).typeName;
  } catch {
    return "";
  }
}
