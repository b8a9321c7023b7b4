import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json as readJson } from "node:stream/consumers";
import { ExitCode } from "../../app/exit-codes.js";
import { CommandFailure } from "../../app/failure.js";
import type { CallLine, CallRequest, SchemaShape, StreamMessage } from "../protocol.js";
import type { Asset } from "./assets.js";
import { callRequest } from "./call-request.js";
import { type Guard, Refused } from "./guard.js";
import { PageStreams } from "./page-stream.js";

/** The most pages that may be open. */
const MOST_PAGES = 32;

/** The most bytes of a call's request. */
const LARGEST_REQUEST = 4_194_304;

const HEADERS = {
  "content-security-policy":
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** What the server shows and does. */
export interface Backend {
  snapshot(): StreamMessage;
  /** Returns the schema of an instance; `undefined` if the instance or its schema is not known. */
  schema(key: string): SchemaShape | undefined;
  /** Carries out a call; `undefined` for an instance that is not known. */
  call(request: CallRequest, signal: AbortSignal): AsyncIterable<CallLine> | undefined;
  /** Returns the counters in the text format of Prometheus. */
  metrics(): string;
}

/** Serves the page, its stream of messages, and the calls from its form. */
export class MonitorServer {
  readonly #server: Server;
  readonly #backend: Backend;
  readonly #assets: ReadonlyMap<string, Asset>;
  readonly #guard: Guard;
  readonly #streams: PageStreams;

  constructor(backend: Backend, assets: ReadonlyMap<string, Asset>, guard: Guard) {
    this.#backend = backend;
    this.#assets = assets;
    this.#guard = guard;
    this.#streams = new PageStreams(() => backend.snapshot());
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else refuse(response, error);
      });
    });
  }

  /**
   * Listens.
   *
   * @returns The address to open in a browser.
   * @throws CommandFailure when the port is taken.
   */
  async listen(host: string, port: number): Promise<string> {
    try {
      await once(this.#server.listen(port, host), "listening");
    } catch (cause) {
      const { code = "FAILED", message } = cause as NodeJS.ErrnoException;
      throw new CommandFailure(code, ExitCode.failed, `The monitor cannot serve: ${message}`, {
        cause,
        hint: "Another program has that port; choose another with --port, or any with --port 0.",
      });
    }
    const { port: given } = this.#server.address() as AddressInfo;
    return `http://${host.includes(":") ? `[${host}]` : host}:${given}/`;
  }

  /** Sends a message to the open pages. */
  send(message: StreamMessage): void {
    this.#streams.send(message);
  }

  async close(): Promise<void> {
    this.#streams.close();
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    this.#guard.check(request);
    const url = new URL(request.url ?? "/", "http://monitor");
    const isCall = url.pathname === "/api/call";
    if (request.method !== (isCall ? "POST" : "GET")) {
      response.setHeader("allow", isCall ? "POST" : "GET");
      throw new Refused(405, isCall ? "A call is a POST" : "Only GET is possible here");
    }
    if (isCall) await this.#call(request, response);
    else this.#get(url, response);
  }

  #get(url: URL, response: ServerResponse): void {
    const asset = this.#assets.get(url.pathname);
    if (asset !== undefined) {
      response.writeHead(200, { "content-type": asset.type }).end(asset.body);
      return;
    }
    switch (url.pathname) {
      case "/api/stream":
        this.#stream(response);
        break;
      case "/api/schema": {
        const schema = this.#backend.schema(url.searchParams.get("key") ?? "");
        if (schema === undefined) throw unknownInstance();
        response.writeHead(200, { "content-type": "application/json" });
        response.end(JSON.stringify(schema));
        break;
      }
      case "/metrics":
        response.writeHead(200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
        response.end(this.#backend.metrics());
        break;
      default:
        throw new Refused(404, "There is no such page; the monitor is at /");
    }
  }

  #stream(response: ServerResponse): void {
    if (this.#streams.size >= MOST_PAGES) {
      throw new Refused(503, `${MOST_PAGES} pages are open already`);
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    this.#streams.add(response);
  }

  async #call(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#guard.checkCall(request);
    const read = await readRequest(request);
    const ended = new AbortController();
    response.once("close", () => ended.abort(new Error("The page has left")));
    const lines = this.#backend.call(read, ended.signal);
    if (lines === undefined) throw unknownInstance();
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    for await (const line of lines) {
      const wasTaken = response.write(`${JSON.stringify(line)}\n`);
      // The page's pace is that of the call.
      if (!wasTaken && !ended.signal.aborted) await drained(response);
      if (ended.signal.aborted) return;
    }
    response.end();
  }
}

async function readRequest(request: IncomingMessage): Promise<CallRequest> {
  if (!(Number(request.headers["content-length"]) <= LARGEST_REQUEST)) {
    throw new Refused(413, `A request has ${LARGEST_REQUEST} bytes at most`);
  }
  try {
    return callRequest(await readJson(request));
  } catch (error) {
    throw new Refused(400, (error as Error).message);
  }
}

function unknownInstance(): Refused {
  return new Refused(404, "The instance has gone, or does not tell its schema");
}

async function drained(response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
}

function refuse(response: ServerResponse, error: unknown): void {
  const status = error instanceof Refused ? error.status : 500;
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${(error as Error).message}\n`);
}
