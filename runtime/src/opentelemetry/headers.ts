import {
  type Context,
  diag,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from "@opentelemetry/api";
import type { CallHeaders } from "../messaging/call/headers.js";

const setter: TextMapSetter<CallHeaders> = {
  set(headers, key, value) {
    try {
      headers.set(key, value);
    } catch (error) {
      // The call must not fail because of its trace.
      diag.warn(`dividere: the header ${key} of the trace was left out`, error);
    }
  },
};

const getter: TextMapGetter<CallHeaders> = {
  keys: (headers) => [...new Set([...headers].map(([key]) => key))],
  get: (headers, key) => headers.get(key),
};

/** Writes a context into headers. */
export function inject(
  propagator: Pick<TextMapPropagator, "inject">,
  from: Context,
  headers: CallHeaders,
): void {
  propagator.inject(from, headers, setter);
}

/** Returns `base` with the context that the headers carry. */
export function extract(
  propagator: Pick<TextMapPropagator, "extract">,
  base: Context,
  headers: CallHeaders,
): Context {
  return propagator.extract(base, headers, getter);
}
