import type { WaitOptions } from "../../base/wait.js";
import { EMPTY, keyOf } from "../../connection/frames/routed.js";
import type { Ahead, AheadOf } from "../../connection/queue/parts/ahead.js";
import { BATCH_CALL } from "../envelope/format.js";
import { BatchBuffer } from "./batch-buffer.js";

/** The most bytes of the messages that leave together; a message of a quarter of that leaves alone. */
const MAX_BYTES = 1 << 16;

/** The least number of messages for which a batch leaves before the end of the turn. */
const LEAST_EARLY = 16;

/** The sends of messages that did not leave together; `undefined` if they did. */
type Sends = readonly Promise<void>[] | undefined;

/** The memory in which the envelopes of a batch and the ids of their calls come to be. */
class Memory {
  readonly envelopes = new BatchBuffer();
  readonly ids = new BatchBuffer(BATCH_CALL);
}

/** The most memories that are kept for later batches. */
const MOST_SPARE = 4;

/** The messages for one peer that wait to leave together. */
class Group {
  /** The peer's identity on a router; empty on a dealer. */
  readonly before: readonly Uint8Array[];
  readonly memory: Memory;
  readonly limits: (WaitOptions | undefined)[] = [];
  readonly sent: Promise<Sends>;
  settle!: (outcome: Promise<Sends>) => void;

  constructor(before: readonly Uint8Array[], memory: Memory) {
    this.before = before;
    this.memory = memory;
    this.sent = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  get size(): number {
    return this.memory.envelopes.size + this.memory.ids.size;
  }
}

/**
 * Lets the requests or replies of one turn of the event loop leave together, in a frame for each
 * peer. The first of a turn leaves at once, unless others are likely to follow; the others wait until
 * the running code has ended, the promises that it has fulfilled included.
 */
export class CallBatches implements Ahead {
  readonly #queue: AheadOf;
  readonly #groups = new Map<string, Group>();
  readonly #spare: Memory[] = [];
  /** Whether a message has left in this turn. */
  #begun = false;

  constructor(queue: AheadOf) {
    this.#queue = queue;
    queue.putAhead(this);
  }

  get count(): number {
    let count = 0;
    for (const group of this.#groups.values()) count += group.limits.length;
    return count;
  }

  get bytes(): number {
    let bytes = 0;
    for (const group of this.#groups.values()) bytes += group.size;
    return bytes;
  }

  /**
   * Sends a message of the call with that id, alone or with others, to a peer that reads batches.
   *
   * @param open - The number of messages that this turn may bring, this one included. The first leaves
   *   at once if it is the only one, and half of them leave together, so that the peer works on one half
   *   while the other comes to be.
   */
  send(
    before: readonly Uint8Array[],
    id: Uint8Array,
    envelope: Uint8Array,
    open: number,
    until?: WaitOptions,
  ): Promise<void> {
    if (!this.#begun) {
      this.#begun = true;
      process.nextTick(this.#endTurn);
      if (open <= 1) return this.#sendAlone(before, id, envelope, until);
    }
    const large = 4 * envelope.length > MAX_BYTES;
    if (large || until?.signal?.aborted === true)
      return this.#sendAlone(before, id, envelope, until);
    const group = this.#groupFor(before, envelope.length + id.length + 16);
    if (group === undefined) return this.#sendAlone(before, id, envelope, until);
    group.memory.envelopes.add(envelope);
    group.memory.ids.add(id);
    const index = group.limits.push(until) - 1;
    if (index + 1 >= Math.max(LEAST_EARLY, open / 2)) this.flush();
    return group.sent.then((sends) => sends?.[index]);
  }

  flush(): void {
    if (this.#groups.size === 0) return;
    const groups = [...this.#groups.values()];
    this.#groups.clear();
    for (const group of groups) {
      group.settle(this.#sendAll(group));
      this.#keep(group.memory);
    }
  }

  readonly #endTurn = (): void => {
    this.#begun = false;
    this.flush();
  };

  #sendAlone(
    before: readonly Uint8Array[],
    id: Uint8Array,
    envelope: Uint8Array,
    until: WaitOptions | undefined,
  ): Promise<void> {
    return this.#queue.send([...before, id, EMPTY, envelope], until);
  }

  #groupFor(before: readonly Uint8Array[], bytes: number): Group | undefined {
    const [peer] = before;
    const key = peer === undefined ? "" : keyOf(peer);
    let group = this.#groups.get(key);
    if (group !== undefined && group.size + bytes > MAX_BYTES) {
      this.flush();
      group = undefined;
    }
    if (!this.#queue.mayWait(this.count + 1, this.bytes + bytes)) {
      this.flush();
      if (!this.#queue.mayWait(1, bytes)) return undefined;
      group = undefined;
    }
    if (group === undefined) {
      group = new Group(before, this.#spare.pop() ?? new Memory());
      this.#groups.set(key, group);
    }
    return group;
  }

  /** Keeps memory for a later batch; what was sent is a copy. */
  #keep(memory: Memory): void {
    if (this.#spare.length >= MOST_SPARE) return;
    memory.envelopes.clear();
    memory.ids.clear();
    this.#spare.push(memory);
  }

  #sendAll({ before, memory: { envelopes, ids }, limits }: Group): Promise<Sends> {
    const last = ids.last;
    if (limits.length > 1) {
      const frames = [...before, last, EMPTY, envelopes.frame(ids.earlier)];
      const sent = this.#queue.sendNow(frames, limits.length);
      if (sent !== undefined) return sent.then(() => undefined);
    }
    const calls = ids.contents();
    const sends = envelopes
      .contents()
      .map((envelope, index) =>
        this.#sendAlone(before, calls[index] as Uint8Array, envelope, limits[index]),
      );
    // Each one's own caller gets its outcome.
    for (const send of sends) send.catch(() => {});
    return Promise.resolve(sends);
  }
}
