import { setTimeout as delay } from "node:timers/promises";
import { RequestError } from "dividere/messaging";
import { ExitCode } from "../../app/exit-codes.js";
import { CommandFailure } from "../../app/failure.js";
import type { ClientKeyOptions } from "../../app/options.js";
import type { DynamicClient } from "../../connect/client.js";
import { openClient } from "../../connect/introspection.js";
import { describeService, watchStats } from "../../connect/self-description.js";
import type { DescribeResponse, Stats } from "../../gen/dividere/v1/introspection_pb.js";
import { reflectSchema } from "../../schema/reflect.js";
import type { Schema } from "../../schema/schema.js";
import type { InstanceState } from "../protocol.js";
import { isRestart, type Rates, ratesBetween } from "./rates.js";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
/** A plain service does not change; another program may take its place. */
const SILENT_PAUSE_MS = 30_000;

/** The listener of a follower. */
export interface FollowerEvents {
  /** The state, the description or the schema has changed. */
  changed(follower: Follower): void;
  /** Another process answers at the endpoint now. */
  restarted(follower: Follower): void;
}

/** Follows one endpoint: asks it for its description and its schema, and reads its counters. */
export class Follower {
  readonly endpoint: string;
  readonly #keys: ClientKeyOptions;
  readonly #intervalMs: number;
  readonly #events: FollowerEvents;
  readonly #end = new AbortController();
  #state: InstanceState = "connecting";
  #reason = "";
  #description: DescribeResponse | undefined;
  #schema: Schema | undefined;
  #stats: Stats | undefined;
  #rates: Rates | undefined;
  #readAt = 0;
  #started = false;
  #done: Promise<void> = Promise.resolve();

  constructor(
    endpoint: string,
    keys: ClientKeyOptions,
    intervalMs: number,
    events: FollowerEvents,
  ) {
    this.endpoint = endpoint;
    this.#keys = keys;
    this.#intervalMs = intervalMs;
    this.#events = events;
  }

  get state(): InstanceState {
    return this.#state;
  }

  /** The reason for a state other than `up`. */
  get reason(): string {
    if (!this.#started) return "The monitor follows no more endpoints than those before this one";
    return this.#reason;
  }

  get description(): DescribeResponse | undefined {
    return this.#description;
  }

  get schema(): Schema | undefined {
    return this.#schema;
  }

  /** The last counters; also those of a process that is lost. */
  get stats(): Stats | undefined {
    return this.#stats;
  }

  /** The rates between the last two readings; `undefined` if they are not of the present. */
  get rates(): Rates | undefined {
    const age = performance.now() - this.#readAt;
    return this.#state === "up" && age < 5 * this.#intervalMs ? this.#rates : undefined;
  }

  /** Whether {@link start} was called. */
  get started(): boolean {
    return this.#started;
  }

  /** Begins; {@link close} ends. */
  start(): void {
    this.#started = true;
    this.#done = this.#follow();
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.#done;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#end;
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      try {
        await this.#session(signal, () => {
          pauseMs = FIRST_PAUSE_MS;
        });
        this.#become("lost", "The process has ended its answer");
      } catch (error) {
        if (signal.aborted) return;
        this.#become(stateAfter(error), (error as Error).message);
      }
      const silent = this.#state === "silent";
      await delay(silent ? SILENT_PAUSE_MS : pauseMs, undefined, { signal }).catch(() => {});
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  }

  /** Follows the process that answers now, until the connection is lost. */
  async #session(signal: AbortSignal, answered: () => void): Promise<void> {
    await using client = await openClient(this.endpoint, this.#keys, true);
    this.#description = await describeService(client, signal);
    this.#become("up", "");
    answered();
    const schema = this.#learnSchema(client, signal);
    try {
      for await (const stats of watchStats(client, this.#intervalMs, signal)) this.#take(stats);
    } finally {
      client.close();
      await schema;
    }
  }

  async #learnSchema(client: DynamicClient, signal: AbortSignal): Promise<void> {
    try {
      this.#schema = await reflectSchema(client, signal);
    } catch (error) {
      if (signal.aborted || client.closed) return;
      this.#schema = undefined;
      this.#reason = (error as Error).message;
    }
    this.#events.changed(this);
  }

  #take(stats: Stats): void {
    const before = this.#stats;
    this.#rates = ratesBetween(before, stats);
    this.#stats = stats;
    this.#readAt = performance.now();
    if (before !== undefined && isRestart(before, stats)) this.#events.restarted(this);
    if (linksOf(before) !== linksOf(stats)) this.#events.changed(this);
  }

  #become(state: InstanceState, reason: string): void {
    this.#state = state;
    this.#reason = reason;
    this.#events.changed(this);
  }
}

function linksOf(stats: Stats | undefined): string {
  return JSON.stringify(stats?.links.map(({ kind, endpoints }) => [kind, endpoints]));
}

function stateAfter(error: unknown): InstanceState {
  if (error instanceof CommandFailure) {
    if (error.code === "PLAIN_PEER" || error.code === "NO_INTROSPECTION") return "silent";
    return error.exitCode === ExitCode.security ? "refused" : "lost";
  }
  if (error instanceof RequestError && error.status === "UNIMPLEMENTED") return "silent";
  const { code = "" } = error as { code?: string };
  return /^(KEY|SECURITY|SERVER_KEY)_/.test(code) ? "refused" : "lost";
}
