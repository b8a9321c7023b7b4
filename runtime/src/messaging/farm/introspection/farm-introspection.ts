import { toError } from "../../../base/errors.js";
import { log } from "../../../base/log.js";
import type { Routed } from "../../../connection/frames/routed.js";
import type { Router } from "../../../connection/router.js";
import type { Subscriber } from "../../../connection/subscriber.js";
import type { Envelope } from "../../envelope/format.js";
import { IntrospectionGate } from "../../introspection/gate.js";
import type { Introspected } from "../../introspection/introspected.js";
import { LostAnswers } from "../../reactor/lost-answers.js";
import { stoppingError } from "../../reactor/server-call.js";
import { type ReactorStats, readStats } from "../../stats/reactor-stats.js";
import { Vitals } from "../../stats/vitals.js";
import type { WorkerDescription } from "../process/description.js";
import { FarmCounters } from "./farm-counters.js";
import { FrontLink } from "./front-link.js";

/** The options of a farm that are for its introspection. */
interface FarmIntrospectionOptions {
  readonly version?: string;
  readonly introspection?: boolean;
}

/** The workers of a farm. */
interface Workers {
  readonly slots: readonly unknown[];
  /** The number of messages that they have in hand. */
  readonly load: number;
}

/**
 * The introspection of a farm: the parent process answers it, so that it answers while every worker
 * is busy. It learns the services from the first worker that is ready.
 */
export class FarmIntrospection implements Introspected {
  readonly vitals: Vitals;
  readonly counters: FarmCounters = new FarmCounters();
  readonly #options: FarmIntrospectionOptions;
  readonly #workers: Workers;
  readonly #concurrency: number;
  readonly #farm: { readonly closed: boolean };
  #learn!: (description: WorkerDescription) => void;
  /** The first worker's description; never rejects. */
  readonly #described = new Promise<WorkerDescription>((resolve) => {
    this.#learn = resolve;
  });
  readonly #lost = new LostAnswers();
  #front: Router | undefined;
  #source: Subscriber | undefined;
  #link: FrontLink | undefined;
  #gate: IntrospectionGate | undefined;

  /** @param concurrency - The number of messages that one worker handles at a time. */
  constructor(
    options: FarmIntrospectionOptions,
    workers: Workers,
    concurrency: number,
    farm: { readonly closed: boolean },
  ) {
    this.#options = options;
    this.#workers = workers;
    this.#concurrency = concurrency;
    this.#farm = farm;
    this.vitals = new Vitals(options);
  }

  /** Begins to answer on the farm's socket for requests. */
  serve(front: Router | undefined, source: Subscriber | undefined): void {
    this.#front = front;
    this.#source = source;
    if (front === undefined || this.#options.introspection === false) return;
    this.#link = new FrontLink(front);
    const farm = this.#farm;
    this.#gate = new IntrospectionGate(this, {
      get stopping() {
        return farm.closed;
      },
      report: (error) => log("messaging", "error", { err: error }, toError(error).message),
      countLost: (arrival, error) => this.#lost.count(arrival, error),
    });
  }

  /** Takes note of a worker's services. */
  learn(description: WorkerDescription): void {
    this.counters.learn(description.services);
    this.#learn(description);
  }

  /** Takes a request that is for the introspection; `false` for any other. */
  take(inbound: Routed<Uint8Array>, envelope: Envelope | undefined): boolean {
    if (this.#link === undefined || envelope === undefined) return false;
    const arrivedAt = performance.now();
    const arrival = { link: this.#link, inbound, envelope, arrivedAt, leftMs: undefined };
    return this.#gate?.take(arrival) !== undefined;
  }

  /** Tells the readers of streams that the farm stops. */
  stop(): void {
    this.#gate?.endStreams(stoppingError());
  }

  /** Ends everything at once. */
  close(): void {
    this.#gate?.close(stoppingError());
    this.#lost.tell();
  }

  get stats(): ReactorStats {
    const { load, slots } = this.#workers;
    return readStats({
      vitals: this.vitals,
      counters: this.counters.all,
      links: [this.#front, this.#source].filter((link) => link !== undefined),
      inFlight: load,
      concurrency: slots.length * this.#concurrency,
      workers: slots.length,
    });
  }

  async services(): Promise<WorkerDescription["services"]> {
    return (await this.#described).services;
  }

  async schemas(): Promise<readonly string[]> {
    return (await this.#described).schemas;
  }
}
