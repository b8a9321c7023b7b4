import { toError } from "../../base/errors.js";
import { log } from "../../base/log.js";
import { type InstanceKey, keyText, type ServiceInstance } from "../instance.js";
import { whyNoGreeting } from "./greeting.js";
import type { Instances } from "./instances.js";
import type { View, ViewChange } from "./view.js";

/** How a registry probes plain instances. */
export interface ProbeOptions {
  /** The interval between two probes of an instance, in milliseconds. 5,000 by default. */
  intervalMs?: number;
  /** The time limit of a probe, in milliseconds. 2,000 by default. */
  timeoutMs?: number;
  /** The number of failed probes in a row after which an instance is given up. 3 by default. */
  failures?: number;
}

/** The longest time until the first probe of an instance, in milliseconds. */
const FIRST_PROBE_MS = 1_000;

/** The most probes at a time. */
const CONCURRENCY = 32;

interface Probed {
  readonly instance: ServiceInstance;
  failures: number;
  /** The time of the next probe, by the monotonic clock; infinite while one runs. */
  dueAt: number;
}

/**
 * Renews the leases of plain instances, which cannot do it themselves, as long as they answer a connection.
 *
 * Each of several registries with one store does so: an instance is removed when none of them has reached it, and a
 * registry that is cut off from others removes nothing.
 */
export class Prober {
  readonly #view: View;
  readonly #instances: Instances;
  readonly #probe: Required<ProbeOptions> | undefined;
  readonly #onRemoved: () => void;
  readonly #probed = new Map<string, Probed>();
  readonly #closing = new AbortController();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #forget: () => void;
  #running = 0;

  /**
   * @param leaseMs - The lease of a plain instance.
   * @param probe - `false` to renew without a probe.
   * @param onRemoved - Called when an instance was removed that did not answer.
   */
  constructor(
    view: View,
    instances: Instances,
    leaseMs: number,
    probe: ProbeOptions | false,
    onRemoved: () => void,
  ) {
    this.#view = view;
    this.#instances = instances;
    this.#onRemoved = onRemoved;
    this.#forget = view.onChange((change) => this.#note(change));
    this.#every(leaseMs / 3, () => this.#renewAll());
    if (probe === false) return;
    const { intervalMs = 5_000, timeoutMs = 2_000, failures = 3 } = probe;
    this.#probe = { intervalMs, timeoutMs, failures };
    this.#every(Math.min(250, intervalMs / 4), () => this.#probeDue());
  }

  close(): void {
    this.#closing.abort();
    this.#forget();
    for (const timer of this.#timers) clearInterval(timer);
  }

  #every(ms: number, task: () => void): void {
    this.#timers.push(setInterval(task, ms).unref());
  }

  #note(change: ViewChange): void {
    if (change.type === "removed") {
      const key = keyText(change.key);
      const failed = this.#isGivenUp(this.#probed.get(key));
      this.#probed.delete(key);
      if (failed) this.#onRemoved();
      return;
    }
    const { instance } = change;
    const key = keyText(instance);
    if (instance.leaseMs > 0) this.#probed.delete(key);
    else if (!this.#probed.has(key)) {
      const firstMs = Math.min(FIRST_PROBE_MS, this.#probe?.intervalMs ?? 0);
      this.#probed.set(key, { instance, failures: 0, dueAt: performance.now() + firstMs });
    }
  }

  #isGivenUp(probed: Probed | undefined): boolean {
    return this.#probe !== undefined && (probed?.failures ?? 0) >= this.#probe.failures;
  }

  #renewAll(): void {
    for (const probed of this.#probed.values()) {
      if (!this.#isGivenUp(probed)) void this.#renew(probed.instance);
    }
  }

  async #renew(key: InstanceKey): Promise<void> {
    try {
      await this.#instances.keep(key);
    } catch (error) {
      const { name, id } = key;
      log("registry", "warn", { name, id }, `could not be kept listed: ${toError(error).message}`);
    }
  }

  #probeDue(): void {
    const now = performance.now();
    for (const probed of this.#probed.values()) {
      if (this.#running >= CONCURRENCY) return;
      if (probed.dueAt <= now) void this.#probeOne(probed);
    }
  }

  async #probeOne(probed: Probed): Promise<void> {
    if (this.#probe === undefined) return;
    const { intervalMs, timeoutMs } = this.#probe;
    const { name, id, host, port } = probed.instance;
    probed.dueAt = Number.POSITIVE_INFINITY;
    this.#running++;
    const reason = await whyNoGreeting(host, port, timeoutMs, this.#closing.signal);
    this.#running--;
    probed.dueAt = performance.now() + intervalMs;
    if (this.#closing.signal.aborted || this.#probed.get(keyText({ name, id })) !== probed) return;
    probed.failures = reason === undefined ? 0 : probed.failures + 1;
    this.#view.setHealth({ name, id }, reason === undefined ? "SERVING" : "NOT_SERVING");
    if (reason === undefined) return;
    const { failures } = probed;
    const given = this.#isGivenUp(probed);
    log(
      "registry",
      given ? "warn" : "info",
      { name, id, failures },
      `${name} at ${id} did not answer a probe: ${reason}${given ? "; it is listed until its lease ends" : ""}`,
    );
  }
}
