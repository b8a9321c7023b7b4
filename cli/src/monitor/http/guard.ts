import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** The header that carries the page's token. */
export const TOKEN_HEADER = "x-dividere-token";

/** The names of this machine that never leave it. */
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** The refusal of a request. */
export class Refused extends Error {
  override readonly name: string = "Refused";
  /** The status of the answer, such as 403. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Returns whether an address is one of loopback. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Refuses the requests that other web sites make through the user's browser. A site whose name leads
 * to this machine (DNS rebinding) shows by the Host header, a request across sites by the headers that
 * browsers add to it, and a call must carry the token, which only the monitor's own page can read.
 */
export class Guard {
  readonly #token: Buffer;
  readonly #host: string;

  /** @param host - The address that the server listens on. */
  constructor(token: string, host: string) {
    this.#token = Buffer.from(token);
    this.#host = host.includes(":") ? `[${host}]` : host;
  }

  /** @throws Refused when the request comes from another site. */
  check(request: IncomingMessage): void {
    const { host = "", origin } = request.headers;
    const name = host.replace(/:\d{1,5}$/, "").toLowerCase();
    if (!LOOPBACK.has(name) && name !== this.#host) {
      const shown = JSON.stringify(host.slice(0, 100));
      throw new Refused(421, `The monitor does not answer for the host ${shown}; open localhost`);
    }
    const site = request.headers["sec-fetch-site"];
    // A link on another site may open the page itself.
    const isOpened = request.headers["sec-fetch-mode"] === "navigate" && request.url === "/";
    const isForeign = (site === "cross-site" || site === "same-site") && !isOpened;
    if (isForeign || (origin !== undefined && origin !== `http://${host}`)) {
      throw new Refused(403, "Another site may not use the monitor");
    }
  }

  /** @throws Refused when a call is not from the page. */
  checkCall(request: IncomingMessage): void {
    const given = Buffer.from(String(request.headers[TOKEN_HEADER] ?? ""));
    if (given.length !== this.#token.length || !timingSafeEqual(given, this.#token)) {
      throw new Refused(403, "The page is of an earlier run of the monitor; load it again");
    }
    if (!String(request.headers["content-type"]).startsWith("application/json")) {
      throw new Refused(415, "A call is JSON");
    }
  }
}
