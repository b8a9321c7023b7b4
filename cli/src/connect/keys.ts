import { existsSync } from "node:fs";
import { type KeyPair, loadKeyPair, loadPublicKey, type Security } from "dividere/connection";
import { ExitCode } from "../app/exit-codes.js";
import { CommandFailure } from "../app/failure.js";
import type { ClientKeyOptions, ServerKeyOptions } from "../app/options.js";

/** The option `security` alone, to be spread into the options of a socket. */
export interface Secured {
  readonly security?: Security;
}

/** A public key as text. */
const KEY_TEXT = /^\S{40}$/;

/** Returns the security of sockets that connect to endpoints; none without the options for it. */
export function clientSecurity(
  { key, serverKey = [] }: ClientKeyOptions,
  endpoints: readonly string[],
): Secured {
  if (serverKey.length === 0) return {};
  const keys = ownKeys(key, "--server-key");
  const servers: Record<string, string> = {};
  for (const endpoint of endpoints) {
    const address = endpoint.replace(/^>/, "");
    servers[address] = readPublicKey(serverKeyFor(address, serverKey));
  }
  return { security: { keys, servers } };
}

/** Returns the security of sockets that bind; none without the options for it. */
export function serverSecurity({ key, allow }: ServerKeyOptions): Secured {
  if (allow === undefined) {
    if (key === undefined) return {};
    throw failure(
      "A key was given, and no folder with the keys of the accepted clients",
      "Add --allow <folder>; `dividere keys allow` fills one. Or leave --key out, to serve without encryption.",
    );
  }
  return { security: { keys: ownKeys(key, "--allow"), allow: { folder: allow } } };
}

/** Returns the security of sockets that may bind or connect, each endpoint by its `@` or `>`. */
export function peerSecurity(
  options: ClientKeyOptions & ServerKeyOptions,
  endpoints: readonly string[],
  binds: boolean,
): Secured {
  const connecting = endpoints.filter((endpoint) =>
    binds ? endpoint.startsWith(">") : !endpoint.startsWith("@"),
  );
  const client = clientSecurity(options, connecting).security;
  if (connecting.length === endpoints.length)
    return client === undefined ? {} : { security: client };
  const server = serverSecurity(options).security;
  if (client === undefined && server === undefined) return {};
  const keys = client?.keys ?? server?.keys;
  return keys === undefined ? {} : { security: { ...client, ...server, keys } };
}

/** Returns a public key from its text or its file. */
export function readPublicKey(text: string): string {
  if (KEY_TEXT.test(text) && !existsSync(text)) return text;
  return loadPublicKey(text);
}

function ownKeys(path: string | undefined, because: string): KeyPair {
  if (path !== undefined) return loadKeyPair(path);
  throw failure(
    `${because} was given, and no key pair of this command`,
    "Add --key <file>; `dividere keys new <file>` makes one.",
  );
}

/** Finds the key for an endpoint: an entry of its own, or the one for all others. */
function serverKeyFor(endpoint: string, all: readonly string[]): string {
  const own = all.find((each) => each.startsWith(`${endpoint}=`));
  if (own !== undefined) return own.slice(endpoint.length + 1);
  const general = all.find((each) => !/^(tcp|ipc):\/\//.test(each));
  if (general !== undefined) return general;
  throw failure(
    `No --server-key is for ${endpoint}`,
    `Add --server-key ${endpoint}=<key>, or a --server-key without an endpoint for all others.`,
  );
}

function failure(message: string, hint: string): CommandFailure {
  return new CommandFailure("SECURITY_INVALID", ExitCode.security, message, { hint });
}
