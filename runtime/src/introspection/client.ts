import type { CallOptions } from "../messaging/client/call-options.js";
import { RequestClient } from "../messaging/client/request-client.js";
import {
  describeRpc,
  getSchemaRpc,
  getStatsRpc,
  watchStatsRpc,
} from "../messaging/introspection/definition.js";
import { descriptionFromWire, statsFromWire } from "../messaging/introspection/from-wire.js";
import type { ReactorDescription } from "../messaging/introspection/introspected.js";
import type { ReactorStats } from "../messaging/stats/reactor-stats.js";

/** Options for {@link IntrospectionClient.watchStats}. */
export interface WatchStatsOptions extends CallOptions {
  /** The interval between two readings, in milliseconds. 1,000 by default, and at least 100. */
  intervalMs?: number;
}

/**
 * Asks a running reactor, service, farm or registry about itself, at its endpoint for requests. Each
 * answers, unless its option `introspection` is `false`: then calls fail with the status
 * `UNIMPLEMENTED`.
 *
 * The reactors of Python's `dividere` have no such service, and end at the first message that they do
 * not know: do not ask an endpoint of one.
 *
 * @example
 * ```ts
 * import { IntrospectionClient } from "dividere/introspection";
 *
 * await using client = new IntrospectionClient("tcp://127.0.0.1:5555");
 * const { services, version } = await client.describe();
 * console.log(services.map(({ typeName }) => typeName), version);
 * for await (const { rpcs } of client.watchStats({ intervalMs: 500 })) {
 *   for (const { rpc, started, latency } of rpcs) console.log(rpc, started, latency.p99Ms);
 * }
 * ```
 */
export class IntrospectionClient extends RequestClient {
  /**
   * Returns the services, their rpcs, and the versions.
   *
   * @throws RequestError with the status `UNIMPLEMENTED` when the introspection is switched off.
   * @throws DividereError `TIMEOUT` when nobody answers, `CLOSED`, or the signal's reason.
   */
  async describe(options?: CallOptions): Promise<ReactorDescription> {
    return descriptionFromWire(await this.callUnary(describeRpc, {}, options));
  }

  /** Returns the current counters. Throws as {@link describe}. */
  async stats(options?: CallOptions): Promise<ReactorStats> {
    const { stats } = await this.callUnary(getStatsRpc, {}, options);
    return statsFromWire(stats);
  }

  /**
   * Returns the counters now, and again at an interval, until the loop is left. The loop throws as
   * {@link describe}, and fails with the status `UNAVAILABLE` when the connection is lost.
   */
  async *watchStats(options: WatchStatsOptions = {}): AsyncGenerator<ReactorStats, void, void> {
    const { intervalMs = 0, ...call } = options;
    for await (const { stats } of this.callServerStream(watchStatsRpc, { intervalMs }, call))
      yield statsFromWire(stats);
  }

  /**
   * Returns the proto files of the services and all that they import, each file after its imports: a
   * serialised `google.protobuf.FileDescriptorSet`. `createFileRegistry` of `@bufbuild/protobuf`
   * makes message types of it.
   *
   * @throws RequestError with the status `NOT_FOUND` when the code was generated with
   *   `reflection=false`, or by an older plugin; otherwise as {@link describe}.
   */
  async schema(options?: CallOptions): Promise<Uint8Array> {
    return (await this.callUnary(getSchemaRpc, {}, options)).fileDescriptorSet;
  }
}
