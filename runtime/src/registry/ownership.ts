import { builtin } from "../base/builtin.js";
import { DividereError, RequestError } from "../base/errors.js";
import { EMPTY } from "../connection/frames/routed.js";
import type { RequestContext } from "../messaging/reactor/context.js";

/** The header of a request to the registry with the token that proves who owns an entry. */
export const TOKEN_HEADER = "registry-token";

/** What a request proves about its sender. */
interface Proof {
  /** The hash of the token that came with the request. */
  readonly token?: Buffer;
  /** The identity that the sender's socket chose; unguessable for peers of this package. */
  readonly identity?: Buffer;
}

/**
 * Remembers who registered each entry, and refuses changes by others.
 *
 * A token proves ownership wherever it comes from. Without one, an entry may belong to the connection
 * that registered it: a peer of this package chooses a random identity, which only the registry sees,
 * and keeps it when it reconnects. libzmq makes up the identity of a plain REQ socket, as that of
 * Python's client, and a new one for each connection; such a peer proves nothing, and its entries
 * belong to everybody.
 */
export class Ownership {
  readonly #owners = new Map<string, Proof>();
  readonly #byConnection: boolean;

  /** @param byConnection - Whether an entry without a token belongs to its connection. */
  constructor(byConnection: boolean) {
    this.#byConnection = byConnection;
  }

  /** The number of names that were registered and not removed. */
  get size(): number {
    return this.#owners.size;
  }

  /** Makes the sender of a request the owner of a name. */
  take(name: string, context: RequestContext): void {
    this.#owners.set(name, this.#proofOf(context));
  }

  /** Forgets the owner of a name. */
  release(name: string): void {
    this.#owners.delete(name);
  }

  /**
   * Refuses a request that changes the entry of somebody else.
   *
   * @throws RequestError `PERMISSION_DENIED`
   */
  async check(name: string, context: RequestContext): Promise<void> {
    const owner = this.#owners.get(name);
    if (owner === undefined) return;
    const sender = this.#proofOf(context);
    if (owner.token !== undefined) {
      if (
        sender.token !== undefined &&
        builtin("node:crypto").timingSafeEqual(owner.token, sender.token)
      )
        return;
      throw denied(name, "with a token; give the client or the service the same token");
    }
    if (owner.identity === undefined || sender.identity?.equals(owner.identity)) return;
    if (!(await isConnected(owner.identity, context))) return;
    throw denied(name, "over a connection that still stands; stop that service first");
  }

  #proofOf({ route, requestHeaders }: RequestContext): Proof {
    const token = requestHeaders.get(TOKEN_HEADER);
    if (token !== undefined)
      return { token: builtin("node:crypto").createHash("sha256").update(token).digest() };
    const [identity] = route;
    // An identity that libzmq made up begins with 0, which no socket can choose.
    if (!this.#byConnection || identity === undefined || identity[0] === 0) return {};
    return { identity: Buffer.from(identity) };
  }
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
