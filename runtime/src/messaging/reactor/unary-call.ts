import { DividereError, RequestError } from "../../base/errors.js";
import { log } from "../../base/log.js";
import { refusal } from "../envelope/reply.js";
import { awaitsAnswer } from "../links/link.js";
import { isStranger } from "../links/subscriber.js";
import type { RpcCounters } from "../stats/rpc-counters.js";
import { Context, deadlinePassed } from "./context.js";
import type { HandlerBinding } from "./handler.js";
import { type Arrival, type CallOwner, invoke, stoppingError } from "./server-call.js";
import type { Work } from "./workload.js";

/** A request or an event: one message with at most one answer. */
export class UnaryCall implements Work {
  readonly #owner: CallOwner;
  readonly #arrival: Arrival;
  readonly #context: Context;
  readonly #done: () => void;
  #counters: RpcCounters | undefined;

  /** @param done - Called when the message has been handled, answered and reported. */
  constructor(owner: CallOwner, arrival: Arrival, done: () => void = () => {}) {
    this.#owner = owner;
    this.#arrival = arrival;
    this.#context = new Context(arrival);
    this.#done = done;
  }

  get deadline(): number | undefined {
    return this.#context.due;
  }

  abort(reason: unknown): void {
    this.#context.abort(reason);
  }

  expire(begun: boolean): void {
    const { link, envelope } = this.#arrival;
    this.abort(deadlinePassed());
    log(
      "messaging",
      begun ? "warn" : "debug",
      { endpoints: link.endpoints, type: envelope.typeName || envelope.msgName, rpc: envelope.rpc },
      begun
        ? "a handler goes on after its request's deadline; another request takes its place"
        : "dropped a request whose deadline passed before its turn",
    );
    if (begun) return;
    this.#countExpired();
    this.#end();
  }

  async run(): Promise<void> {
    const { link, envelope } = this.#arrival;
    const context = this.#context;
    let opened = false;
    try {
      const named = this.#owner.bindingOf(envelope);
      this.#count(named);
      const { type, message } = link._open(envelope, named?.rpc?.request);
      opened = true;
      const binding = named ?? this.#owner.bindingOfType(type, link.answering === "never");
      if (named === undefined) this.#count(binding);
      if (this.#owner.stopping) throw stoppingError();
      context.responseType = binding.response;
      context.owner = binding.owner;
      const handler = this.#owner.handlerOf(binding, type.$type);
      const rpc = binding.rpc ?? { path: type.$type, handler: binding.handler, request: type };
      const result = invoke(handler, rpc, { message }, context, this.#owner.options);
      // An answer that is there costs no promise.
      const answer = isThenable(result) ? await result : result;
      if (answer === undefined || answer === null) this.#checkNoAnswer(binding, type.$type);
      else if (link.answering !== "never") await context.answer(answer as object);
      this.#countEnd();
    } catch (error) {
      this.#countEnd(error);
      if (context.replied && this.#owner.countLost(this.#arrival, error)) return;
      if (opened || error instanceof RequestError) await this.#refuse(error);
      else await this.#undecodable(error);
    } finally {
      this.#end();
    }
  }

  #count(binding: HandlerBinding | undefined): void {
    this.#counters = binding?.counters;
    this.#counters?.begin();
  }

  #countEnd(error?: unknown): void {
    const counters = this.#counters;
    if (counters === undefined) return;
    const now = performance.now();
    const tookMs = now - this.#arrival.arrivedAt;
    const { overdue, due } = this.#context;
    // An answer that comes too late has no reader.
    if (overdue || (due !== undefined && now > due)) counters.failWith(tookMs, "DEADLINE_EXCEEDED");
    else if (error === undefined) counters.succeed(tookMs);
    else counters.fail(tookMs, error);
  }

  #countExpired(): void {
    try {
      this.#count(this.#owner.bindingOf(this.#arrival.envelope));
      this.#countEnd();
    } catch {
      // A request of an unknown rpc is refused, and has no counters.
    }
  }

  /** @throws DividereError `NO_REPLY` if the requester waits for an answer. */
  #checkNoAnswer({ handler, owner }: HandlerBinding, typeName: string): void {
    if (this.#arrival.link.answering !== "required" || this.#context.replied) return;
    const { name } = (owner ?? this.#owner.reactor).constructor;
    throw new DividereError(
      "NO_REPLY",
      `${name}.${handler} answered a ${typeName} with nothing; return the response, or call ctx.reply()`,
    );
  }

  async #refuse(error: unknown): Promise<void> {
    const { link, inbound, envelope } = this.#arrival;
    const refuse = !this.#context.replied && awaitsAnswer(link, inbound);
    // A RequestError is the handler's answer, not a failure, if a requester waits for an answer.
    if (!(refuse && error instanceof RequestError)) this.#owner.report(error, this.#context);
    if (!refuse) return;
    try {
      const headers = this.#context.trailerFields();
      const frame = refusal(envelope, error, headers);
      await link._answer(inbound, frame);
    } catch (failure) {
      if (!this.#owner.countLost(this.#arrival, failure))
        this.#owner.report(failure, this.#context);
    }
  }

  async #undecodable(error: unknown): Promise<void> {
    const { link, inbound, envelope } = this.#arrival;
    await link._refuse(inbound, envelope, error);
    if (link.answering !== "never" || !isStranger(error)) this.#owner.report(error);
  }

  #end(): void {
    this.#context.end();
    this.#done();
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value;
}
