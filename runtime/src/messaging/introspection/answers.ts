import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { RequestError } from "../../base/errors.js";
import type {
  DescribeRequest,
  DescribeResponse,
  GetSchemaRequest,
  GetSchemaResponse,
  GetStatsRequest,
  GetStatsResponse,
  WatchStatsRequest,
  WatchStatsResponse,
} from "../../wire/gen/dividere/v1/introspection.js";
import type { RequestContext } from "../reactor/context.js";
import type { Introspected } from "./introspected.js";
import { joinSchemas } from "./schema.js";
import { statsToWire, timestampOf } from "./to-wire.js";
import { version } from "./version.js";

const DEFAULT_INTERVAL_MS = 1_000;
const LEAST_INTERVAL_MS = 100;
/** The longest time of a timer. */
const LONGEST_INTERVAL_MS = 0x7fff_ffff;

/** The handlers of `dividere.v1.Introspection`. */
export class Answers {
  readonly #subject: Introspected;
  #schema: Promise<Uint8Array> | undefined;

  constructor(subject: Introspected) {
    this.#subject = subject;
  }

  async describe(_request: DescribeRequest): Promise<DescribeResponse> {
    const { vitals } = this.#subject;
    const services = await this.#subject.services();
    return {
      services: services.map((service) => ({ ...service, rpcs: [...service.rpcs] })),
      version: vitals.version,
      instance: vitals.instance,
      startedAt: timestampOf(vitals.startedAt),
      runtime: `dividere-typescript/${version}`,
      platform: `node/${process.versions.node} ${process.platform}/${process.arch}`,
      pid: process.pid,
      host: hostname(),
    };
  }

  getStats(_request: GetStatsRequest): GetStatsResponse {
    return { stats: statsToWire(this.#subject.stats) };
  }

  async *watchStats(
    { intervalMs }: WatchStatsRequest,
    { signal }: RequestContext,
  ): AsyncGenerator<WatchStatsResponse, void, void> {
    const interval = Math.max(LEAST_INTERVAL_MS, intervalMs || DEFAULT_INTERVAL_MS);
    while (!signal.aborted) {
      yield { stats: statsToWire(this.#subject.stats) };
      // An abort ends the wait; the loop then ends.
      await delay(Math.min(interval, LONGEST_INTERVAL_MS), undefined, {
        signal,
        ref: false,
      }).catch(() => {});
    }
  }

  async getSchema(_request: GetSchemaRequest): Promise<GetSchemaResponse> {
    this.#schema ??= this.#readSchema();
    const reading = this.#schema;
    try {
      return { fileDescriptorSet: await reading };
    } catch (error) {
      // The next request tries again.
      if (this.#schema === reading) this.#schema = undefined;
      throw error;
    }
  }

  async #readSchema(): Promise<Uint8Array> {
    const schemas = await this.#subject.schemas();
    if (schemas.length > 0) return joinSchemas(schemas);
    const services = await this.#subject.services();
    const names = services.map(({ typeName }) => typeName).join(", ");
    throw new RequestError(
      "NOT_FOUND",
      `The code of ${names} was generated without its schema; generate it with a protoc-gen-dividere that has the parameter reflection, and without reflection=false`,
    );
  }
}
