import assert from "node:assert/strict";
import { Dealer, type Routed } from "dividere/connection";

export const soon = { timeoutMs: 10_000 };
export const local = "tcp://127.0.0.1:*";
export const bytes = (text: string): Uint8Array => Buffer.from(text);
export const register = Uint8Array.of(1);
export const heartbeat = Uint8Array.of(2);

/** Often enough for a test, and seldom enough for a busy machine to keep up. */
export const quick = { heartbeatIntervalMs: 500 };

/** A promise, and what settles it. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** A worker by hand that has registered and got the heartbeat that tells it so. */
export async function registered(endpoints: readonly string[]): Promise<Dealer> {
  const dealer = new Dealer(endpoints);
  await dealer.send(register);
  await expectHeartbeat(dealer);
  return dealer;
}

export async function expectHeartbeat(dealer: Dealer): Promise<void> {
  const { route, message } = await dealer.recv(soon);
  assert.deepEqual({ route, message: Buffer.from(message) }, { route: [], message: Buffer.of(2) });
}

/** The next request of a worker by hand; the heartbeats before it are sent back. */
export async function nextRequest(dealer: Dealer): Promise<Routed<Uint8Array>> {
  for (;;) {
    const message = await dealer.recv(soon);
    if (message.route.length > 0) return message;
    await dealer.send(heartbeat);
  }
}
