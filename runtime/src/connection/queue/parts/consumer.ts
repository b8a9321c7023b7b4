import type { DividereError } from "../../../base/errors.js";

/** Takes messages as they arrive, without a promise for each. */
export interface Consumer {
  /** Returns whether the next message is wanted. Called before each receive. */
  wants(): boolean;
  /** Takes a message. */
  take(frames: Buffer[]): void;
  /** Called when the socket has failed. Must not throw. */
  fail(error: DividereError): void;
}
