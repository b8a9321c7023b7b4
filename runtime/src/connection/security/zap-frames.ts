import { keyToText } from "./z85.js";

/** The request that libzmq sends at a handshake (ZeroMQ RFC 27/ZAP). */
export interface ZapRequest {
  /** The frames that route the answer back and identify the request. */
  readonly head: readonly Buffer[];
  readonly domain: string;
  /** The peer's IP address; empty if it has none. */
  readonly address: string;
  /** The peer's public key. */
  readonly publicKey: string;
}

const VERSION = "1.0";

/** Reads a request; returns `undefined` if no socket of this package sends such a request. */
export function readZapRequest(frames: readonly Buffer[]): ZapRequest | undefined {
  const end = frames.findIndex((frame) => frame.length === 0);
  if (end < 0) return undefined;
  const [version, id, domain, address, , mechanism, key, ...more] = frames.slice(end + 1);
  if (version?.toString("latin1") !== VERSION || id === undefined || domain === undefined)
    return undefined;
  if (mechanism?.toString("latin1") !== "CURVE" || key?.length !== 32 || more.length > 0)
    return undefined;
  return {
    head: [...frames.slice(0, end + 1), version, id],
    domain: domain.toString("utf8"),
    address: address?.toString("latin1") ?? "",
    publicKey: keyToText(key),
  };
}

/**
 * Makes the answer to a request.
 *
 * @param userId - The name under which libzmq knows an accepted peer: its public key.
 */
export function zapReply(request: ZapRequest, accepted: boolean): Buffer[] {
  const texts = accepted
    ? ["200", "OK", request.publicKey, ""]
    : ["400", "Key not allowed", "", ""];
  return [...request.head, ...texts.map((text) => Buffer.from(text, "latin1"))];
}
