import { RequestError } from "../base/errors.js";
import type { Call, CallHandler, CallResult } from "../messaging/call/interceptor.js";
import { Attribute, OwnName } from "./conventions.js";
import { observed } from "./observed.js";
import { Operation } from "./operation.js";
import { CANCELLED, clientOutcome, type Outcome, reasonOf, serverOutcome } from "./outcome.js";
import { planOf } from "./plans.js";
import type { Telemetry } from "./telemetry.js";

/** Follows one call, or one event, from its beginning to its end. */
export class CallTrace {
  readonly #telemetry: Telemetry;
  readonly #call: Call;
  readonly #operation: Operation;
  #release: () => void = () => {};

  constructor(telemetry: Telemetry, call: Call) {
    this.#telemetry = telemetry;
    this.#call = call;
    this.#operation = new Operation(telemetry, planOf(telemetry, call));
  }

  /** Carries the call out, in the context of its span. */
  async carryOut(next: CallHandler): Promise<CallResult> {
    const call = this.#call;
    if (call.side === "client") this.#telemetry.inject(this.#operation.context, call.headers);
    this.#watch();
    try {
      const result = await this.#operation.run(() => next(this.#withRequestsCounted()));
      if (result.messages !== undefined)
        return { ...result, messages: this.#followed(result.messages) };
      this.#end();
      return result;
    } catch (error) {
      this.#end(this.#outcomeOf(error));
      throw error;
    }
  }

  #withRequestsCounted(): Call {
    const { messages } = this.#call;
    if (messages === undefined) return this.#call;
    const count = (requests: number): void => this.#count(OwnName.STREAM_REQUESTS, requests);
    return { ...this.#call, messages: observed(messages, { onMessage: count }) };
  }

  #followed(messages: AsyncIterable<object>): AsyncIterable<object> {
    const onMessage = (count: number): void => {
      if (count === 1) this.#operation.span.addEvent(OwnName.FIRST_RESPONSE);
      this.#count(OwnName.STREAM_RESPONSES, count);
    };
    const onEnd = ({ error, left }: { readonly error?: unknown; readonly left: boolean }): void => {
      if (left) this.#end(this.#leftOutcome());
      else this.#end(error === undefined ? undefined : this.#outcomeOf(error));
    };
    const within = this.#call.side === "server" ? this.#operation.context : undefined;
    return observed(messages, { onMessage, onEnd }, within);
  }

  #count(name: string, messages: number): void {
    this.#operation.span.setAttribute(name, messages);
  }

  /** Notes when the call is given up: at the server, its handler may run on. */
  #watch(): void {
    const { side, rpc, signal, event } = this.#call;
    const isServer = side === "server";
    const streams = rpc.kind === "serverStream" || rpc.kind === "bidiStream";
    // A call with one response is rejected when it is given up.
    if (signal === undefined || event !== undefined || !(isServer || streams)) return;
    const onAbort = (): void => {
      if (isServer) {
        const status = { [Attribute.RPC_STATUS_CODE]: reasonOf(signal.reason) };
        this.#operation.span.addEvent(OwnName.GIVEN_UP, status);
      } else this.#end(this.#leftOutcome());
    };
    signal.addEventListener("abort", onAbort, { once: true });
    this.#release = () => signal.removeEventListener("abort", onAbort);
  }

  #outcomeOf(error: unknown): Outcome {
    const { side } = this.#call;
    return side === "client" ? clientOutcome(this.#call, error) : serverOutcome(this.#call, error);
  }

  /** The outcome of a stream whose reader has left it. */
  #leftOutcome(): Outcome {
    const { signal } = this.#call;
    if (signal?.aborted !== true) return CANCELLED;
    const { reason } = signal;
    const byItself = reason instanceof RequestError && reason.status === CANCELLED.status;
    return byItself ? CANCELLED : this.#outcomeOf(reason);
  }

  #end(outcome?: Outcome): void {
    this.#release();
    this.#operation.end(outcome);
  }
}
