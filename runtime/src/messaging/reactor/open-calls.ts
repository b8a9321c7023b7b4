import type { Drained } from "../../base/drain.js";
import { RequestError } from "../../base/errors.js";
import { PassingMap } from "../../base/passing-map.js";
import { openWait } from "../../base/wait.js";
import { keyOfRoute } from "../../connection/frames/routed.js";
import type { RpcDefinition } from "../call/rpc.js";
import { StreamKind } from "../envelope/format.js";
import { refusal } from "../envelope/reply.js";
import type { ReceivingLink } from "../links/link.js";
import { KeepAlive } from "../stream/keep-alive.js";
import type { HandlerBinding } from "./handler.js";
import { type Arrival, type CallOwner, stoppingError } from "./server-call.js";
import { StreamCall } from "./stream-call.js";
import type { UnaryCall } from "./unary-call.js";
import type { Workload } from "./workload.js";

/** The handling of a stream. */
type StreamBinding = HandlerBinding & { readonly rpc: RpcDefinition };

/** A call to which further frames of its client may belong. */
type OpenCall = StreamCall | UnaryCall;

/** The open calls of one reactor: its streams, and the requests that can be cancelled. */
export class OpenCalls {
  readonly #owner: CallOwner;
  readonly #maxStreams: number;
  readonly #calls = new Map<ReceivingLink, PassingMap<string, OpenCall>>();
  readonly #streams = new Set<StreamCall>();
  readonly #running = new Set<Promise<void>>();
  readonly #keepAlive = new KeepAlive();

  constructor(owner: CallOwner) {
    this.#owner = owner;
    this.#maxStreams = owner.options.maxStreams ?? 1_000;
  }

  /** The number of handlers of streams that run. */
  get running(): number {
    return this.#running.size;
  }

  /** The number of calls to which further frames may belong. */
  get size(): number {
    let size = 0;
    for (const calls of this.#calls.values()) size += calls.size;
    return size;
  }

  /** Returns whether a frame belongs to an open call. */
  has({ link, inbound }: Arrival): boolean {
    return this.#calls.get(link)?.has(keyOfRoute(inbound.route)) ?? false;
  }

  /** Remembers a request that its client can cancel; the returned function forgets it. */
  add(arrival: Arrival, call: UnaryCall): () => void {
    const calls = this.#callsOf(arrival.link);
    const key = keyOfRoute(arrival.inbound.route);
    calls.set(key, call);
    return () => calls.delete(key);
  }

  /**
   * Takes a frame that is a step of a stream or cancels a request. Fulfilled at once, or, for a
   * refused frame, when it has been answered.
   */
  async step(arrival: Arrival): Promise<void> {
    const { link, inbound, envelope } = arrival;
    if (!link.followedUp) {
      // On such a link each frame is a request, so each gets an answer.
      await this.#refuse(arrival, notHere(arrival));
      return;
    }
    const call = this.#callsOf(link).get(keyOfRoute(inbound.route));
    const kind = envelope.stream?.kind;
    if (call instanceof StreamCall) call.step(envelope);
    else if (call !== undefined) {
      if (kind === StreamKind.CANCEL)
        call.abort(new RequestError("CANCELLED", "The client has cancelled the call"));
    } else if (kind === StreamKind.OPEN) await this.#open(arrival);
    else if (kind === StreamKind.MESSAGE || kind === StreamKind.KEEP_ALIVE) {
      await this.#refuse(
        arrival,
        new RequestError("UNAVAILABLE", "The server does not know this call"),
      );
    }
  }

  /** Ends every stream with an error that is sent to its client. */
  failStreams(error: unknown): void {
    for (const stream of [...this.#streams]) stream.fail(error);
  }

  /** Waits until no handler of a stream runs. */
  async drained(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Aborts the handlers of every stream now, without telling the clients. */
  close(error: unknown): void {
    for (const stream of [...this.#streams]) stream.end.finish(error);
    this.#calls.clear();
  }

  async #open(arrival: Arrival): Promise<void> {
    let binding: StreamBinding;
    try {
      binding = this.#bindingOf(arrival);
    } catch (error) {
      await this.#refuse(arrival, error);
      return;
    }
    const calls = this.#callsOf(arrival.link);
    const key = keyOfRoute(arrival.inbound.route);
    const call = new StreamCall(this.#owner, arrival, binding.rpc, () => {
      calls.delete(key);
      this.#streams.delete(call);
      this.#keepAlive.delete(call.end);
    });
    calls.set(key, call);
    this.#streams.add(call);
    this.#keepAlive.add(call.end, (error) => call.fail(error));
    const running: Promise<void> = call.run(binding).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** @throws RequestError for a stream that is not taken. */
  #bindingOf(arrival: Arrival): StreamBinding {
    const { link, envelope } = arrival;
    const binding = this.#owner.bindingOf(envelope);
    const rpc = binding?.rpc;
    if (binding === undefined || rpc === undefined || (rpc.kind ?? "unary") === "unary") {
      throw new RequestError(
        "UNIMPLEMENTED",
        `${envelope.rpc ?? "A request without an rpc"} is no stream at ${link.endpoints.join(", ")}; generate client and server from the same proto file`,
      );
    }
    const reason = this.#reasonAgainst(arrival);
    if (reason === undefined) return { ...binding, rpc };
    binding.counters?.begin();
    binding.counters?.fail(0, reason);
    throw reason;
  }

  /** Returns the reason why a stream cannot be opened now. */
  #reasonAgainst({ link, leftMs }: Arrival): RequestError | undefined {
    if (this.#owner.stopping) return stoppingError();
    if (leftMs !== undefined && leftMs < 0)
      return new RequestError("DEADLINE_EXCEEDED", "The stream was opened after its deadline");
    if (this.#streams.size < this.#maxStreams) return undefined;
    return new RequestError(
      "RESOURCE_EXHAUSTED",
      `${this.#maxStreams} streams are open at ${link.endpoints.join(", ")} already`,
    );
  }

  async #refuse(arrival: Arrival, error: unknown): Promise<void> {
    const { link, inbound, envelope } = arrival;
    try {
      await link._answer(inbound, refusal(envelope, error));
    } catch (failure) {
      if (!this.#owner.countLost(arrival, failure)) this.#owner.report(failure);
    }
  }

  #callsOf(link: ReceivingLink): PassingMap<string, OpenCall> {
    let calls = this.#calls.get(link);
    if (calls === undefined) {
      calls = new PassingMap();
      this.#calls.set(link, calls);
    }
    return calls;
  }
}

function notHere({ link, envelope }: Arrival): RequestError {
  return new RequestError(
    "UNIMPLEMENTED",
    `${envelope.rpc ?? "The call"} is a stream, and ${link.endpoints.join(", ")} takes single requests; connect the client to a server that binds a Router, such as a reactor's serve`,
  );
}

/** Waits until nothing is in hand, or for the time; logs and gives what is in hand then. */
export async function drainCalls(
  workload: Workload,
  open: OpenCalls,
  timeoutMs: number,
  endpoints: readonly string[],
): Promise<Drained> {
  const limit = openWait<void>({ timeoutMs }, () => "");
  void Promise.all([workload.drained(), open.drained()]).then(() => limit.resolve());
  await limit.promise.catch(() => {});
  workload.logGivenUp(endpoints);
  const { queued, inFlight } = workload.counts;
  return { queued, inFlight: inFlight + open.running };
}
