import type { CallRequest } from "../protocol.js";

/**
 * Checks the JSON of a call.
 *
 * @throws TypeError when it is not the request of a call.
 */
export function callRequest(json: unknown): CallRequest {
  const { key, path, messages, timeoutMs = 0, headers = {} } = (json ?? {}) as Partial<CallRequest>;
  if (typeof key !== "string" || typeof path !== "string" || !Array.isArray(messages)) {
    throw new TypeError("A call has a key, a path and messages");
  }
  if (typeof timeoutMs !== "number" || !(timeoutMs >= 0)) {
    throw new TypeError("timeoutMs is a number of milliseconds");
  }
  const isText = (value: unknown): boolean => typeof value === "string";
  if (typeof headers !== "object" || !Object.values(headers).every(isText)) {
    throw new TypeError("headers is an object of texts");
  }
  return { key, path, messages, timeoutMs, headers };
}
