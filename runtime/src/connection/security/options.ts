import { ConnectionError } from "../../base/errors.js";
import { AllowFolder } from "./allow-folder.js";
import { type AllowList, FixedAllowList } from "./allow-list.js";
import { checkPublicKey, type KeyPair } from "./key-pair.js";

/**
 * The option to secure a socket with CURVE (ZeroMQ RFC 26/CURVEZMQ): a socket that binds is the
 * server and accepts the clients of `allow`; a socket that connects is a client and identifies its
 * server by the key in `servers`. One object may serve all sockets of a process.
 *
 * A socket is never partly secured: with this option it uses CURVE at each of its endpoints, or its
 * constructor throws.
 */
export interface Security {
  /** The keys of this process, from {@link loadKeyPair} or {@link generateKeyPair}. */
  readonly keys: KeyPair;
  /**
   * The public keys of the servers to connect to: one key for all servers, or one for each
   * endpoint, by the endpoint's text without a leading `>`.
   */
  readonly servers?: string | Readonly<Record<string, string>>;
  /**
   * The clients that a binding socket accepts: a list of their public keys, a folder with their
   * `.key` files that is watched as long as the socket is open, or an {@link AllowList} that the
   * caller closes.
   */
  readonly allow?: readonly string[] | { readonly folder: string } | AllowList;
}

/** The option alone, to be passed on. */
export interface SecurityOption {
  /** The option; without it nothing is secured. */
  readonly security?: Security;
}

/** Passes the option on to another class. */
export function securedBy(security: Security | undefined): SecurityOption {
  return security === undefined ? {} : { security };
}

/** The parts of an endpoint that decide its security. */
export interface SecuredEndpoint {
  /** The endpoint as it was given. */
  readonly text: string;
  /** The text without a leading `@` or `>`. */
  readonly address: string;
  readonly mode: "bind" | "connect";
}

/**
 * Checks that the option has the keys that the endpoints need.
 *
 * @throws ConnectionError `SECURITY_INVALID`, and `KEY_INVALID` for an invalid key.
 */
export function checkSecurity(security: Security, endpoints: readonly SecuredEndpoint[]): void {
  for (const endpoint of endpoints) {
    if (typeof security.keys?.revealSecretKey !== "function") {
      throw invalid(
        endpoint,
        "the option security has no keys; give it what loadKeyPair() or generateKeyPair() returns",
      );
    }
    if (endpoint.address.startsWith("inproc://")) {
      throw invalid(
        endpoint,
        "inproc stays inside the process and has no CURVE; leave the option security away, or use tcp or ipc",
      );
    }
    if (endpoint.mode === "connect") serverKeyOf(security, endpoint);
    else if (security.allow === undefined) {
      throw invalid(
        endpoint,
        'it binds, so the option security needs "allow", the public keys of its clients: a list, or { folder } with their .key files',
      );
    }
  }
}

/**
 * Returns the public key of the server at an endpoint.
 *
 * @throws ConnectionError `SECURITY_INVALID` when no key was given, `KEY_INVALID` when the key is
 *   invalid.
 */
export function serverKeyOf({ servers }: Security, endpoint: SecuredEndpoint): string {
  const key =
    typeof servers !== "object" || servers === null
      ? servers
      : Object.hasOwn(servers, endpoint.address)
        ? servers[endpoint.address]
        : undefined;
  if (key === undefined) {
    throw invalid(
      endpoint,
      servers === undefined
        ? 'it connects, so the option security needs "servers", the public key of the server there'
        : `"servers" of the option security has no entry ${JSON.stringify(endpoint.address)}; add the public key of the server there`,
    );
  }
  return checkPublicKey(key, `The server's public key for ${endpoint.text}`);
}

/** An allow-list and its release. */
export interface OpenedAllowList {
  readonly list: AllowList;
  /** Closes the list if it was opened for the option. */
  close(): void;
}

/** Opens the allow-list that the option `allow` names. */
export function openAllowList(allow: NonNullable<Security["allow"]>): OpenedAllowList {
  if ("allows" in allow) return { list: allow, close: () => {} };
  if (!("folder" in allow)) return { list: new FixedAllowList(allow), close: () => {} };
  const list = new AllowFolder(allow.folder);
  return { list, close: () => list.close() };
}

function invalid(endpoint: SecuredEndpoint, why: string): ConnectionError {
  return new ConnectionError(
    "SECURITY_INVALID",
    endpoint.text,
    `${endpoint.text} cannot be secured: ${why}`,
  );
}
