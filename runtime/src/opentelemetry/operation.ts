import {
  type Attributes,
  type Context,
  context,
  type Span,
  type SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { Attribute } from "./conventions.js";
import { type Outcome, SUCCESS } from "./outcome.js";
import type { Telemetry } from "./telemetry.js";

/** The description of an operation: a call, the handling of a call, or the same of an event. */
export interface OperationPlan {
  /** The name of the span. */
  readonly name: string;
  readonly kind: SpanKind;
  /** The context that the span belongs to. */
  readonly parent: Context;
  /** The attributes of the span and of the metrics. */
  readonly attributes: Attributes;
  /** The attributes of the span alone. */
  readonly spanAttributes?: Attributes;
  /** The attribute for the status; events have none. */
  readonly statusAttribute?: string;
  /** Records the duration. */
  record(seconds: number, attributes: Attributes, within: Context): void;
}

/** An operation in progress: its span, and the measurement of its duration. */
export class Operation {
  readonly span: Span;
  /** The context of the code that belongs to the operation. */
  readonly context: Context;
  readonly #plan: OperationPlan;
  readonly #startedAt = performance.now();
  #ended = false;

  constructor({ tracer }: Telemetry, plan: OperationPlan) {
    const { name, kind, parent, attributes, spanAttributes } = plan;
    this.#plan = plan;
    this.span = tracer.startSpan(
      name,
      { kind, attributes: { ...attributes, ...spanAttributes } },
      parent,
    );
    this.context = trace.setSpan(parent, this.span);
  }

  /** Runs a step of the operation in its context. */
  run<R>(step: () => R): R {
    return context.with(this.context, step);
  }

  /** Ends the span and records the duration. Repeated calls do nothing. */
  end(outcome: Outcome = SUCCESS): void {
    if (this.#ended) return;
    this.#ended = true;
    const { status, errorType, message, fault } = outcome;
    const { statusAttribute, attributes, record } = this.#plan;
    const results: Attributes = {
      ...(statusAttribute !== undefined && status !== undefined && { [statusAttribute]: status }),
      ...(errorType !== undefined && { [Attribute.ERROR_TYPE]: errorType }),
    };
    this.span.setAttributes(results);
    if (fault !== undefined) this.span.recordException(fault);
    if (errorType !== undefined) {
      const text = message === undefined ? {} : { message };
      this.span.setStatus({ code: SpanStatusCode.ERROR, ...text });
    }
    const seconds = (performance.now() - this.#startedAt) / 1_000;
    this.span.end();
    record(seconds, { ...attributes, ...results }, this.context);
  }
}
