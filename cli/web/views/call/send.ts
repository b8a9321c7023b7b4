import type { CallLine, CallRequest } from "../../../src/monitor/protocol.js";

const token = document.querySelector<HTMLMetaElement>('meta[name="dividere-token"]')?.content ?? "";

/** Asks the monitor for a call, and hands on each line of the answer as it comes. */
export async function send(
  request: CallRequest,
  signal: AbortSignal,
  onLine: (line: CallLine) => void,
): Promise<void> {
  const startedAt = performance.now();
  const fail = (code: string, message: string): void =>
    onLine({
      type: "error",
      code,
      message,
      hint: "",
      details: [],
      ms: performance.now() - startedAt,
    });
  try {
    const response = await fetch("/api/call", {
      method: "POST",
      headers: { "content-type": "application/json", "x-dividere-token": token },
      body: JSON.stringify(request),
      signal,
    });
    if (response.ok && response.body !== null) await readLines(response.body, onLine);
    else fail("MONITOR", await response.text());
  } catch (error) {
    if (signal.aborted) fail("CANCELLED", "The call was cancelled");
    else fail("MONITOR", `The monitor does not answer: ${(error as Error).message}`);
  }
}

async function readLines(
  body: ReadableStream<Uint8Array>,
  onLine: (line: CallLine) => void,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(JSON.parse(line) as CallLine);
  }
}
