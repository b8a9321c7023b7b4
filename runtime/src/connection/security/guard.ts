import type { Socket } from "zeromq";
import { ConnectionError, toError } from "../../base/errors.js";
import { noteRejection } from "../../base/listeners.js";
import {
  checkSecurity,
  type OpenedAllowList,
  openAllowList,
  type SecuredEndpoint,
  type Security,
  serverKeyOf,
} from "./options.js";
import { enterZap, type ZapPlace } from "./zap.js";

/** The callbacks of a {@link Guard} to its socket. */
export interface GuardEvents {
  /** A client was refused: its key is not in the allow-list. */
  refused(publicKey: string, address: string): void;
  /** Keys that this socket has accepted are no longer in the allow-list. */
  revoked(publicKeys: readonly string[]): void;
}

/**
 * Secures one socket: sets its options before each endpoint is opened, and decides which clients it
 * accepts.
 */
export class Guard {
  /** The public key of this end. */
  readonly publicKey: string;
  readonly #security: Security;
  readonly #events: GuardEvents;
  /** The accepted keys, whose connections must be closed when the keys are revoked. */
  readonly #accepted = new Set<string>();
  readonly #allow: OpenedAllowList | undefined;
  readonly #place: ZapPlace | undefined;
  readonly #forget: (() => void) | undefined;
  /** The role and key in the socket's current options. */
  #set: string | undefined;

  /**
   * @throws ConnectionError `SECURITY_INVALID` when the option does not fit the endpoints.
   * @throws DividereError `KEY_INVALID`, `KEY_FILE_FAILED`, `KEY_FILE_OPEN` or
   *   `SECURITY_UNAVAILABLE`.
   */
  constructor(security: Security, endpoints: readonly SecuredEndpoint[], events: GuardEvents) {
    checkSecurity(security, endpoints);
    this.#security = security;
    this.#events = events;
    this.publicKey = security.keys.publicKey;
    if (endpoints.every((endpoint) => endpoint.mode === "connect")) return;
    // Checked above: a socket that binds has this option.
    this.#allow = openAllowList(security.allow ?? []);
    try {
      this.#forget = this.#allow.list.onChange((change) => this.#revoke(change.removed));
      this.#place = enterZap({ decide: (key, address) => this.#decide(key, address) });
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Returns the public key of the server to which an endpoint connects. */
  serverKey(endpoint: SecuredEndpoint): string {
    return serverKeyOf(this.#security, endpoint);
  }

  /**
   * Sets the options of a socket for the endpoint to open next.
   *
   * @throws ConnectionError `SECURITY_UNAVAILABLE` when libzmq rejects them.
   */
  prepare(socket: Socket, endpoint: SecuredEndpoint): void {
    const server = endpoint.mode === "connect" ? this.serverKey(endpoint) : undefined;
    const setting = server ?? "server";
    if (setting === this.#set) return;
    const apply = (): void => {
      if (server === undefined) this.#becomeServer(socket);
      else this.#becomeClient(socket, server);
    };
    try {
      if (this.#set === undefined) apply();
      else quietly(apply);
    } catch (cause) {
      throw unavailable(endpoint, toError(cause).message, cause);
    }
    if (socket.securityMechanism !== "curve") {
      throw unavailable(endpoint, `libzmq has set ${socket.securityMechanism ?? "no security"}`);
    }
    this.#set = setting;
  }

  /** Notes that a peer has connected, whose key libzmq is about to check. */
  expect(): void {
    this.#place?.expect();
  }

  /** Accepts no further client. Repeated calls do nothing. */
  close(): void {
    this.#forget?.();
    this.#place?.leave();
    this.#allow?.close();
    this.#accepted.clear();
  }

  #becomeServer(socket: Socket): void {
    socket.curveServer = true;
    socket.curveSecretKey = this.#security.keys.revealSecretKey();
    // Both are needed: without a domain libzmq asks no handler; without enforcement it accepts
    // every client while no handler exists.
    socket.zapDomain = this.#place?.domain ?? "dividere-nobody";
    socket.zapEnforceDomain = true;
  }

  #becomeClient(socket: Socket, serverKey: string): void {
    socket.curveServer = false;
    socket.curveServerKey = serverKey;
    socket.curvePublicKey = this.#security.keys.publicKey;
    socket.curveSecretKey = this.#security.keys.revealSecretKey();
  }

  #decide(publicKey: string, address: string): boolean {
    const answer = this.#allow?.list.allows(publicKey);
    const allowed = answer === true;
    // A list that answers with a promise, which its type does not allow, lets nobody in.
    noteRejection("connection", "an allow-list", answer);
    if (allowed) this.#accepted.add(publicKey);
    else this.#events.refused(publicKey, address);
    return allowed;
  }

  #revoke(keys: readonly string[]): void {
    const known = keys.filter((key) => this.#accepted.delete(key));
    if (known.length > 0) this.#events.revoked(known);
  }
}

/**
 * Suppresses the warning of zeromq.js that an option of a socket with endpoints takes effect only
 * at the next endpoint, which is intended here: each endpoint has its own server's key.
 */
function quietly(set: () => void): void {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    set();
  } finally {
    process.emitWarning = emitWarning;
  }
}

function unavailable(endpoint: SecuredEndpoint, why: string, cause?: unknown): ConnectionError {
  return new ConnectionError(
    "SECURITY_UNAVAILABLE",
    endpoint.text,
    `${endpoint.text} cannot be secured: ${why}. libzmq must have been built with CURVE, as the zeromq package's own build is`,
    { cause },
  );
}
