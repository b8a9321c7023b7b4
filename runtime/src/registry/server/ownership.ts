import { builtin } from "../../base/builtin.js";
import { DividereError, RequestError } from "../../base/errors.js";
import { EMPTY } from "../../connection/frames/routed.js";
import type { RequestContext } from "../../messaging/reactor/context.js";
import { type InstanceKey, keyText } from "../instance.js";
import type { StoredInstance } from "../store/store.js";
import { TOKEN_HEADER } from "../token.js";

/**
 * Refuses changes of an instance by others than its owner.
 *
 * A token proves ownership wherever it comes from; its hash is in the store. The token guards the name too:
 * nobody adds an instance to a name that has instances with another token, because clients would send their
 * requests there. Without a token, an instance may belong to the connection that registered it: a peer of this
 * package chooses a random identity, which only the registry sees, and keeps it when it reconnects. libzmq
 * makes up the identity of a plain REQ socket, as that of Python's client, and a new one for each connection;
 * such a peer proves nothing: its instances belong to everybody, and it adds none to a name of others.
 */
export class Ownership {
  /** The identities of the connections that registered instances here, by the instance's key. */
  readonly #connections = new Map<string, Buffer>();
  readonly #byConnection: boolean;

  /** @param byConnection - Whether an instance without a token belongs to its connection. */
  constructor(byConnection: boolean) {
    this.#byConnection = byConnection;
  }

  /** Makes the sender of a request the owner of an instance; returns the hash of its token. */
  take(key: InstanceKey, context: RequestContext): string | undefined {
    const owner = tokenHash(context);
    const identity = owner === undefined ? this.#identityOf(context) : undefined;
    if (identity !== undefined) this.#connections.set(keyText(key), Buffer.from(identity));
    else this.release(key);
    return owner;
  }

  /** Forgets the connection of an instance that is gone. */
  release(key: InstanceKey): void {
    this.#connections.delete(keyText(key));
  }

  /**
   * Refuses a new instance of a name that somebody else guards: with a token, or, against a peer that proves
   * nothing, by a connection.
   *
   * @throws RequestError `PERMISSION_DENIED`
   */
  async checkName(records: readonly StoredInstance[], context: RequestContext): Promise<void> {
    const sender = tokenHash(context);
    for (const { instance, owner } of records) checkToken(instance.name, owner, sender);
    if (!this.#byConnection || sender !== undefined || this.#identityOf(context) !== undefined)
      return;
    for (const record of records) await this.check(record, context);
  }

  /**
   * Refuses a request that changes the instance of somebody else.
   *
   * @throws RequestError `PERMISSION_DENIED`
   */
  async check({ instance, owner }: StoredInstance, context: RequestContext): Promise<void> {
    checkToken(instance.name, owner, tokenHash(context));
    if (owner !== undefined) return;
    const identity = this.#connections.get(keyText(instance));
    if (identity === undefined) return;
    const [sender] = context.route;
    if (sender !== undefined && identity.equals(sender)) return;
    if (!(await isConnected(identity, context))) return;
    throw denied(instance.name, "over a connection that still stands; stop that service first");
  }

  /** Returns the identity that the sender's socket chose. */
  #identityOf({ route }: RequestContext): Uint8Array | undefined {
    const [identity] = route;
    // An identity that libzmq made up begins with 0, which no socket can choose.
    return this.#byConnection && identity !== undefined && identity[0] !== 0 ? identity : undefined;
  }
}

function checkToken(name: string, owner: string | undefined, sender: string | undefined): void {
  if (owner === undefined || (sender !== undefined && equal(owner, sender))) return;
  throw denied(name, "with a token; give the client or the service the same token");
}

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && builtin("node:crypto").timingSafeEqual(a, b);
}

function tokenHash({ requestHeaders }: RequestContext): string | undefined {
  const token = requestHeaders.get(TOKEN_HEADER);
  if (token === undefined) return undefined;
  return builtin("node:crypto").createHash("sha256").update(token).digest("base64");
}

function denied(name: string, how: string): RequestError {
  return new RequestError(
    "PERMISSION_DENIED",
    `Somebody else has registered ${JSON.stringify(name)} ${how}`,
  );
}

/** Whether a peer is connected: an empty frame of no call, which its client drops, reaches it. */
async function isConnected(identity: Uint8Array, { link }: RequestContext): Promise<boolean> {
  try {
    await link._answer({ route: [identity, EMPTY], message: EMPTY }, EMPTY);
    return true;
  } catch (error) {
    const code = error instanceof DividereError ? error.code : undefined;
    if (code === "PEER_UNREACHABLE") return false;
    if (code === "PEER_BUSY") return true;
    throw error;
  }
}
