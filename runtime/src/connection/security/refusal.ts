import { ConnectionError, systemCode } from "../../base/errors.js";

/**
 * The reason why two peers did not connect.
 *
 * - `auth` – the server does not accept the client's key.
 * - `mechanism` – one side uses CURVE and the other does not.
 * - `server-key` – the server has another key than the client expects.
 * - `protocol` – the peer does not follow ZeroMQ's protocol.
 * - `other` – the connection ended during the handshake.
 */
export type RefusalReason = "auth" | "mechanism" | "server-key" | "protocol" | "other";

/** A refusal and the known facts about it. */
export interface Refusal {
  readonly reason: RefusalReason;
  /** The event and the next step, to follow the endpoint's name and a colon. */
  readonly summary: string;
  /** The error, whose code says more than the reason if the peers' security is the cause. */
  readonly error: Error;
}

/** The end of a handshake that failed. */
export interface RefusedEnd {
  readonly side: "server" | "client";
  readonly endpoint: string;
  /** This end's public key, if this end is secured. */
  readonly publicKey: string | undefined;
  /** The key that a secured client expects of its server. */
  readonly serverKey: string | undefined;
}

/** Describes the refusal of a client by its server, which knows more than libzmq reports. */
export function refusalOfKey(endpoint: string, publicKey: string, address: string): Refusal {
  const from = address === "" ? "" : ` at ${address}`;
  return refusal(
    "auth",
    "KEY_REFUSED",
    endpoint,
    `a client${from} with the public key ${publicKey} was refused: the key is not in the allow-list; add it there if the client is known to you`,
  );
}

/** Explains a failed handshake, as libzmq reports it at one end. */
export function explainRefusal(
  reported: { readonly reason: "auth" | "protocol" | "other"; readonly error: Error },
  end: RefusedEnd,
): Refusal {
  const explained = end.side === "client" ? atClient(reported, end) : atServer(reported, end);
  return explained ?? { ...reported, summary: `the handshake failed: ${reported.error.message}` };
}

function atClient(
  { reason, error }: { readonly reason: string; readonly error: Error },
  { endpoint, publicKey, serverKey }: RefusedEnd,
): Refusal | undefined {
  if (reason === "auth") {
    return refusal(
      "auth",
      "KEY_REFUSED",
      endpoint,
      `the server refused this client's public key ${publicKey}; have it added to the server's allow-list`,
      error,
    );
  }
  if (isMismatch(error)) {
    const summary =
      publicKey === undefined
        ? "the server speaks CURVE and this client does not; give the client the option security"
        : "the server does not speak CURVE; give it the option security, or see whether this is the right endpoint";
    return refusal("mechanism", "SECURITY_MISMATCH", endpoint, summary, error);
  }
  // A server that cannot read a handshake closes the connection silently.
  if (reason === "other" && publicKey !== undefined) {
    return refusal(
      "server-key",
      "SERVER_KEY_WRONG",
      endpoint,
      `the server ended the handshake, most likely because its public key is not ${serverKey}; compare that with the server's own, and see that it speaks CURVE`,
      error,
    );
  }
  if (reason === "other") {
    return {
      reason,
      error,
      summary: "the server ended the handshake; it may speak CURVE, which this client does not",
    };
  }
  return undefined;
}

function atServer(
  { error }: { readonly error: Error },
  { endpoint, publicKey }: RefusedEnd,
): Refusal | undefined {
  if (isMismatch(error)) {
    const summary =
      publicKey === undefined
        ? "a client that speaks CURVE was refused: this server does not; give the server the option security"
        : "a client that does not speak CURVE was refused; give that client the option security";
    return refusal("mechanism", "SECURITY_MISMATCH", endpoint, summary, error);
  }
  if (publicKey !== undefined && systemCode(error) === "ERR_ZMTP_CRYPTOGRAPHIC") {
    return refusal(
      "server-key",
      "SERVER_KEY_WRONG",
      endpoint,
      `a client was refused that was given another public key of this server than ${publicKey}`,
      error,
    );
  }
  // libzmq reports this error when it finds no handler to ask.
  if (publicKey !== undefined && systemCode(error) === "EFAULT") {
    return refusal(
      "auth",
      "SECURITY_UNAVAILABLE",
      endpoint,
      "a client was refused because nothing in this process can check its key; the log says since when, restart the process",
      error,
    );
  }
  return undefined;
}

function refusal(
  reason: RefusalReason,
  code: "KEY_REFUSED" | "SECURITY_MISMATCH" | "SERVER_KEY_WRONG" | "SECURITY_UNAVAILABLE",
  endpoint: string,
  summary: string,
  cause?: Error,
): Refusal {
  const options = cause === undefined ? undefined : { cause };
  return {
    reason,
    summary,
    error: new ConnectionError(code, endpoint, `${endpoint}: ${summary}`, options),
  };
}

function isMismatch(error: Error): boolean {
  return systemCode(error) === "ERR_ZMTP_MECHANISM_MISMATCH";
}
