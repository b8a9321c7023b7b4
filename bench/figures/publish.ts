import { compare } from "../harness/compare.js";
import { atLeast } from "../harness/figure.js";
import type { Group } from "../harness/group.js";
import { race } from "../harness/race.js";
import type { Load, Subject } from "../harness/subject.js";
import { barsOf, linesOf } from "../report/charts.js";
import {
  cPublisher,
  natsPublisher,
  ourPublisher,
  pythonPublisher,
  rawPublisher,
} from "../subjects/publish.js";

/** The number of messages in a burst: sent in one turn of the event loop. */
const BURST = 256;

const sizes = [16, 64, 256, 1_024, 4_096, 65_536, 1_048_576];
/** The sizes of a quick run: those with a target, the least and the largest. */
const quickSizes = [16, 64, 1_024, 1_048_576];
const mainSizes = [64, 1_024];

const only = (subject: Subject, ...taken: readonly number[]): Subject => ({
  ...subject,
  takes: ({ size }) => taken.includes(size),
});

/** Messages from a publisher to its subscriber. */
export const publish: Group = {
  name: "publish",
  title: "Publish → subscribe",
  about: `A publisher in one process, its subscriber in another, TCP on this machine; from the first send to the last receipt, encoding and decoding counted. A message is a number and a payload, and its size is that in protobuf, without the envelope. "One by one" awaits each send; "in bursts" sends ${BURST} messages, or 1 MiB, in one turn of the event loop and awaits the last, which is how nats.js is used too. Ours then leave in one frame but for the first, and "arrays" reads them with batches(). zeromq.js' sockets take one send at a time. No subscriber loses a message.`,
  measure: async (efforts) => {
    const loads: readonly Load[] = (efforts.quick ? quickSizes : sizes).map((size) => ({
      size,
      inFlight: 1,
    }));
    const oneByOne = ourPublisher("dividere, one by one", 1);
    const burst = ourPublisher("dividere, in bursts", BURST);
    const arrays = only(ourPublisher("dividere, in bursts and arrays", BURST, true), ...mainSizes);
    const raw = rawPublisher("zeromq.js PUB/SUB");
    const bytes = only(rawPublisher("zeromq.js PUB/SUB, bytes only", true), ...mainSizes);
    const nats = natsPublisher(BURST);
    const c = only(cPublisher(), ...mainSizes);
    const python = only(pythonPublisher(), ...mainSizes);
    const subjects = [oneByOne, burst, arrays, raw, bytes, nats, c, python];
    const results = await race(subjects, loads, efforts);
    const line = (
      ours: Subject,
      peer: Subject,
      load: Load,
      name: string,
      least: number | undefined,
    ) =>
      compare(
        {
          name: `publish → subscribe, ${sizeText(load.size)}, ${name}`,
          measure: "perSecond",
          unit: "msg/s",
          ...(least !== undefined && { target: atLeast(least) }),
        },
        results.ours(ours, load),
        results.of(peer, load),
      );
    const figures = loads.flatMap((load) => {
      const targets = load.size === 64 ? [0.9, 2, 3] : load.size === 1_024 ? [0.9, 1.8] : [];
      const [single, overNats, overRaw] = targets;
      const all = [
        line(oneByOne, raw, load, "one by one", single),
        line(burst, nats, load, "in bursts", overNats),
        line(burst, raw, load, "in bursts", overRaw),
      ];
      if (!mainSizes.includes(load.size)) return all;
      const bound = [
        line(oneByOne, bytes, load, "one by one", undefined),
        line(arrays, nats, load, "in bursts and arrays", undefined),
        line(burst, c, load, "in bursts", undefined),
        line(oneByOne, python, load, "one by one", undefined),
      ];
      return [...all, ...bound];
    });
    // C's bar would leave the others no room.
    const bars = loads
      .filter(({ size }) => mainSizes.includes(size))
      .map((load) =>
        barsOf(
          `publish-${load.size}`,
          `Publish → subscribe, ${sizeText(load.size)}`,
          "msg/s",
          results.under(load).filter(({ subject }) => subject !== c),
        ),
      );
    const sweep = linesOf(
      "publish-sizes",
      "Publish → subscribe, by size",
      "msg/s",
      "bytes a message",
      [oneByOne, burst, raw, nats],
      loads.map((load) => ({ x: load.size, results, load })),
      "perSecond",
    );
    return { figures, charts: [...bars, sweep] };
  },
};

function sizeText(size: number): string {
  if (size >= 1 << 20) return `${size >> 20} MiB`;
  return size >= 1 << 10 ? `${size >> 10} KiB` : `${size} B`;
}
