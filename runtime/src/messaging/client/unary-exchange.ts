import { DividereError, RequestError, RetryError } from "../../base/errors.js";
import { type Deferred, openWait, type WaitOptions } from "../../base/wait.js";
import { WRONG_SERVICE } from "../call/service-name.js";
import { EnvelopeDecoder } from "../envelope/decoder.js";
import { EnvelopeEncoder } from "../envelope/encoder.js";
import { Feature, StreamKind } from "../envelope/format.js";
import type { Conversation, Correlator, Exchange } from "./correlator.js";
import type { Line } from "./line.js";

/** A request that is ready to be sent. */
export interface UnaryRequest {
  readonly frame: Uint8Array;
  /** The name of its type, for messages to people. */
  readonly typeName: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Whether the request may be carried out more than once. */
  readonly repeatable: boolean;
}

/** The number of retries of a request, and the times between them. */
export interface RetryPlan {
  readonly maxRetries: number;
  readonly retryTimeoutMs: number;
  /** Returns the next step after a time-out: the end of the error's message. */
  hint(sent: boolean): string;
}

const encoder = new EnvelopeEncoder<never>();
const decoder = new EnvelopeDecoder<never>([]);

/** The statuses of servers that take no request of the client, and have not begun with one. */
const TAKES_NONE: ReadonlySet<string | undefined> = new Set(["STOPPING", WRONG_SERVICE]);

/** The most bytes of such a refusal. */
const MAX_REFUSAL_BYTES = 512;

/**
 * Whether a server refuses a request because it stops, or is a service of another name; such a server
 * has not called its handler.
 */
function isRefusedUnbegun(frame: Uint8Array): boolean {
  if (frame.length > MAX_REFUSAL_BYTES) return false;
  try {
    return TAKES_NONE.has(decoder.read(frame).status?.code);
  } catch {
    // The caller gets the error when it reads the answer.
    return false;
  }
}

/** One request, until it is answered or given up. */
export class UnaryExchange implements Exchange {
  readonly #correlator: Correlator;
  readonly #request: UnaryRequest;
  readonly #plan: RetryPlan;
  readonly #conversation: Conversation;
  readonly #answer: Deferred<Uint8Array>;
  #sent = 0;

  constructor(correlator: Correlator, request: UnaryRequest, plan: RetryPlan) {
    this.#correlator = correlator;
    this.#request = request;
    this.#plan = plan;
    this.#conversation = correlator.begin(this);
    this.#answer = openWait<Uint8Array>(
      request,
      () => this.#describeTimeout(),
      () => this.#giveUp(),
    );
    if (this.#answer.settled) this.#conversation.end();
    else if (plan.maxRetries > 0) this.#sendUntilAnswered();
    else void this.#send(request);
  }

  /** The line that the request was last sent on. */
  get line(): Line | undefined {
    return this.#conversation.line;
  }

  /** The frame of the answer. */
  get answer(): Promise<Uint8Array> {
    return this.#answer.promise;
  }

  receive(frame: Uint8Array, line: Line): void {
    const { pool } = this.#correlator;
    if (pool.movable && isRefusedUnbegun(frame)) {
      // The server has not begun with the request.
      pool.noteStopping(line);
      if (pool.hasOther(line)) {
        void this.#send(this.#request);
        return;
      }
    }
    this.#conversation.end();
    this.#answer.resolve(frame);
  }

  lost(error: Error): void {
    const connection = error instanceof RequestError;
    // A request with retries goes to the server that is connected at the next retry.
    if (connection && this.#plan.maxRetries > 0) return;
    if (connection && this.#request.repeatable) void this.#send(this.#request);
    else this.#fail(error);
  }

  #send(until: WaitOptions): Promise<void> {
    return this.#conversation
      .send(this.#request.frame, until)
      .then(this.#onSent, this.#onSendFailed);
  }

  readonly #onSent = (): void => {
    this.#sent++;
  };

  readonly #onSendFailed = (error: unknown): void => {
    // When the sending and the wait for the answer have both timed out, the error of the wait says
    // more.
    if (!(error instanceof DividereError && error.code === "TIMEOUT")) this.#fail(error);
  };

  /**
   * Sends the request now and at each retry until it is answered; while a copy still waits for a
   * connection, no further copy is sent.
   */
  #sendUntilAnswered(): void {
    const ended = new AbortController();
    let sending = false;
    const attempt = (): void => {
      if (sending) return;
      sending = true;
      void this.#send({ signal: ended.signal }).then(() => {
        sending = false;
      });
    };
    let retries = 0;
    const timer = setInterval(() => {
      if (retries++ < this.#plan.maxRetries) attempt();
      else this.#fail(this.#unanswered());
    }, this.#plan.retryTimeoutMs);
    const end = (): void => {
      clearInterval(timer);
      ended.abort();
    };
    this.answer.then(end, end);
    attempt();
  }

  #fail(error: unknown): void {
    this.#conversation.end();
    this.#answer.reject(error);
  }

  /** Called when the caller stops waiting. */
  #giveUp(): void {
    const { line } = this.#conversation;
    this.#conversation.end();
    if (this.#request.signal?.aborted === true && line !== undefined) this.#cancel(line);
  }

  #cancel(line: Line): void {
    if ((line.features & Feature.CANCEL) === 0) return;
    const frame = encoder.encodeExtras({ stream: { kind: StreamKind.CANCEL } });
    // A server that the cancellation does not reach goes on until the deadline, like a server that
    // does not support cancellation.
    this.#conversation.follow(frame).catch(() => {});
  }

  get #endpoints(): string {
    return this.#correlator.whereabouts;
  }

  #describeTimeout(): string {
    const { typeName } = this.#request;
    return this.#sent > 0
      ? `without an answer to ${typeName} from ${this.#endpoints}${this.#plan.hint(true)}`
      : `before ${typeName} could be sent: no server is connected at ${this.#endpoints}${this.#plan.hint(false)}`;
  }

  #unanswered(): RetryError {
    const { typeName } = this.#request;
    const patienceMs = (this.#plan.maxRetries + 1) * this.#plan.retryTimeoutMs;
    return new RetryError(
      this.#sent,
      this.#sent === 0
        ? `${typeName} could not be sent in ${patienceMs} ms: no server is connected at ${this.#endpoints}${this.#correlator.hint}`
        : `No answer to ${typeName} from ${this.#endpoints}, though it was sent ${this.#sent} times in ${patienceMs} ms; is a broker there, and does it have servers?${this.#correlator.hint}`,
    );
  }
}
