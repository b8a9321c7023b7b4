import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import { Dealer } from "zeromq";
import { systemCode } from "../../base/errors.js";

let ends = 0;

/**
 * Fulfilled when the sockets that were closed before this call, and in the turn of it, have told
 * their peers, and the peers have taken notice. A thread of libzmq ends closed sockets one after the
 * other, so this closes one more, whose end it can see.
 */
export async function closedSocketsEnded(): Promise<void> {
  await Promise.resolve();
  const last = new Dealer({ linger: 0 });
  const peer = new Dealer({ linger: 0 });
  const address = `inproc://dividere.${process.pid}.${ends++}`;
  last.bindSync(address);
  peer.connect(address);
  last.close();
  // The peers themselves must not be asked: that would take the wake-up from a receive that waits.
  while (peer.writable) await delay(1);
  peer.close();
  // A whole turn of the loop lets every socket that waits see what has come for it.
  await nextTurn();
  await nextTurn();
}

/** Whether a socket is bound to an address that no connector knows, of zeromq.js itself or of another thread. */
export function isBoundElsewhere(address: string): boolean {
  const probe = new Dealer({ linger: 0 });
  try {
    probe.bindSync(address);
    probe.disconnect(address);
    return false;
  } catch (error) {
    return systemCode(error) === "EADDRINUSE";
  } finally {
    probe.close();
  }
}

/**
 * Ends the closed sockets that still wait for a peer at an address: libzmq keeps them, and their
 * files, until a socket is bound.
 */
export function endWaiting(address: string): void {
  const peer = new Dealer({ linger: 0 });
  try {
    peer.bindSync(address);
    peer.disconnect(address);
  } catch {
    // Another thread has bound the address, which ends them as well.
  } finally {
    peer.close();
  }
}
