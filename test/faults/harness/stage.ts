import { setTimeout as delay } from "node:timers/promises";
import type { RequestClientOptions } from "dividere/messaging";
import { until } from "../../support/until.js";
import { within } from "../../support/within.js";
import { FaultsRequest } from "../programs/faults-request.js";
import { FaultyLink } from "./faulty-link.js";
import { Player } from "./player.js";
import { endingOf, Tally } from "./tally.js";

/** The calls of one load. */
export interface Load {
  readonly count: number;
  /** The request: what its handler is to do. `echo` by default. */
  readonly text?: string;
  readonly timeoutMs: number;
  /** All calls at once by default; otherwise so many a second. */
  readonly perSecond?: number;
  /** Whether the rpc may be repeated. Not by default. */
  readonly repeatable?: boolean;
}

/**
 * Heartbeats that notice a silent peer within half a second, for scenarios that are about silence: a busy machine may
 * keep a process silent for as long.
 */
export const quick: RequestClientOptions = {
  heartbeat: { intervalMs: 150, timeoutMs: 450 },
  handshakeTimeoutMs: 1_000,
};

/** The limit for calls that end by themselves. It ends a broken test and measures nothing. */
const HANGS_MS = 90_000;

/** The processes, links and clients of one scenario; all end with it. */
export class Stage implements AsyncDisposable {
  /** The ends of all calls. */
  readonly tally = new Tally();
  readonly #players: Player[] = [];
  readonly #opened: AsyncDisposable[] = [];
  readonly #startBytes = process.memoryUsage().rss;
  #lost = 0;

  /** The number of connections that the clients have lost. */
  get lostConnections(): number {
    return this.#lost;
  }

  /** Starts a role of test/faults/programs/player.ts; it is ready when this is fulfilled. */
  async start(role: string, options: Readonly<Record<string, unknown>> = {}): Promise<Player> {
    const player = this.own(new Player(role, options));
    this.#players.push(player);
    await player.ready;
    return player;
  }

  /** Opens a link to an endpoint. */
  async link(endpoint: string): Promise<FaultyLink> {
    return this.own(await FaultyLink.open(Number(endpoint.split(":").at(-1))));
  }

  /** Opens a client, and waits until it is connected to each of the endpoints. */
  async client(
    endpoints: readonly string[],
    options: RequestClientOptions = {},
  ): Promise<FaultsRequest> {
    let connected = 0;
    const client = new FaultsRequest(endpoints, {
      ...options,
      onStatus: ({ type }) => {
        if (type === "connected") connected++;
        if (type === "disconnected") this.#lost++;
      },
    });
    this.own(client);
    await until(() => connected >= endpoints.length, "the connections of the client");
    return client;
  }

  /** Fulfilled when the clients have noticed the loss of so many connections. */
  async noticed(count = 1): Promise<void> {
    await until(() => this.#lost >= count, `the loss of ${count} connections`);
  }

  /** Makes calls; fulfilled with their ends when each has ended. */
  async load(client: FaultsRequest, load: Load): Promise<Tally> {
    const { count, timeoutMs, perSecond, text = "echo", repeatable = false } = load;
    const own = new Tally();
    const one = async (): Promise<void> => {
      const ending = await endingOf(timeoutMs, () => client.ask(text, timeoutMs, repeatable));
      own.count(ending);
      this.tally.count(ending);
    };
    const calls: Promise<void>[] = [];
    for (let number = 0; number < count; number++) {
      own.sent++;
      this.tally.sent++;
      calls.push(one());
      if (perSecond !== undefined) await delay(1_000 / perSecond);
    }
    await within(
      Promise.all(calls),
      () => `the end of ${count} calls, ${own.ended} ended`,
      HANGS_MS,
    );
    return own;
  }

  /** Repeats single calls until one is answered. */
  async untilAnswered(client: FaultsRequest): Promise<void> {
    const attempt = async (): Promise<void> => {
      while ((await this.load(client, { count: 1, timeoutMs: 1_000 })).of("OK") === 0);
    };
    await within(attempt(), "a call that is answered", HANGS_MS);
  }

  /** The growth of this process and the highest of the others, in MiB. */
  async memory(): Promise<string> {
    const own = Math.max(0, Math.round((process.memoryUsage().rss - this.#startBytes) / 2 ** 20));
    const living = this.#players.filter((player) => player.alive);
    const others = await Promise.all(living.map((player) => player.stats()));
    const highest = Math.max(0, ...others.map(({ rssMiB }) => rssMiB));
    return `+${own} / ${highest === 0 ? "–" : Math.round(highest)}`;
  }

  /** Closes something with the scenario; what was opened last is closed first. */
  own<T extends AsyncDisposable>(each: T): T {
    this.#opened.push(each);
    return each;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const each of this.#opened.reverse()) await each[Symbol.asyncDispose]();
  }
}
