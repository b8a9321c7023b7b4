import type { Etcd3 } from "etcd3";
import { toError } from "../../base/errors.js";
import { type Deferred, openWait } from "../../base/wait.js";

type Stream = Awaited<ReturnType<Etcd3["leaseClient"]["leaseKeepAlive"]>>;

/** The time that etcd has to answer a renewal, in milliseconds; after it another member is asked. */
const ANSWER_MS = 1_000;

/** Renews leases over one stream, which etcd answers in any order. */
export class Renewals {
  readonly #etcd: Etcd3;
  readonly #waiting = new Map<string, Deferred<number>[]>();
  #stream: Promise<Stream> | undefined;

  constructor(etcd: Etcd3) {
    this.#etcd = etcd;
  }

  /** Begins a lease anew; returns its time in seconds, or 0 if it has ended. */
  async renew(id: string): Promise<number> {
    this.#stream ??= this.#open();
    const opened = this.#stream;
    const stream = await opened.catch((error) => {
      this.#lost(opened, error);
      throw error;
    });
    const wait = openWait<number>({ timeoutMs: ANSWER_MS }, () => "without an answer from etcd");
    this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), wait]);
    stream.write({ ID: id });
    try {
      return await wait.promise;
    } catch (error) {
      this.#lost(opened, toError(error));
      throw error;
    }
  }

  close(): void {
    if (this.#stream !== undefined) this.#lost(this.#stream, new Error("The store is closed"));
  }

  async #open(): Promise<Stream> {
    const stream = await this.#etcd.leaseClient.leaseKeepAlive();
    const opened = this.#stream;
    stream.on("data", ({ ID, TTL }) => {
      const waiting = this.#waiting.get(ID) ?? [];
      this.#waiting.delete(ID);
      for (const wait of waiting) wait.resolve(Number(TTL));
    });
    const onLost = (error: Error): void => this.#lost(opened, error);
    stream.on("error", onLost);
    stream.on("end", () => onLost(new Error("etcd has ended the stream")));
    return stream;
  }

  #lost(stream: Promise<Stream> | undefined, error: Error): void {
    if (stream === undefined || this.#stream !== stream) return;
    this.#stream = undefined;
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    for (const wait of all) wait.reject(error);
    // An unopened stream has nothing to cancel.
    stream.then(
      (opened) => opened.cancel(),
      () => {},
    );
  }
}
