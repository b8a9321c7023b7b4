import { compare } from "../harness/compare.js";
import { atMost } from "../harness/figure.js";
import type { Group } from "../harness/group.js";
import { race } from "../harness/race.js";
import type { Load } from "../harness/subject.js";
import { growthOf } from "../report/charts.js";
import { codecStep } from "../subjects/codec.js";
import { copiesOnReceipt } from "../subjects/copies.js";
import { FLAT } from "./flat.js";

/** Envelopes, without sockets. */
export const codec: Group = {
  name: "codec",
  title: "Envelopes",
  about:
    "Encoding and decoding in a loop, each in a process of its own, no sockets. The payload alone is ts-proto's encode and decode of the same message, as an application calls them; its encoder is also measured with one writer used again and again, as ours is. By type: frames of types from all over the list that a decoder was given. Copies on receipt are counted in a subscriber, after its socket.",
  measure: async (efforts) => {
    const load: Load = { size: 64, inFlight: 1 };
    const encode = codecStep("encode envelope");
    const encodePayload = codecStep("encode payload");
    const encodeReused = codecStep("encode payload, one writer");
    const decode = codecStep("decode envelope");
    const decodePayload = codecStep("decode payload");
    const byType = [1, 10, 100, 1_000, 10_000].map((types) => ({
      x: types,
      subject: codecStep("decode among types", {
        name: types === 1 ? "1 type" : `${types.toLocaleString("en")} types`,
        types,
      }),
    }));
    const subjects = [encode, encodePayload, encodeReused, decode, decodePayload];
    const results = await race(subjects, [load], efforts);
    const grown = await race(
      byType.map(({ subject }) => subject),
      [load],
      efforts,
    );
    const [fewest, most] = [byType.at(0)?.subject, byType.at(-1)?.subject];
    if (fewest === undefined || most === undefined) throw new Error("No types");
    const ours = { measure: "microseconds", unit: "µs" } as const;
    return {
      figures: [
        compare(
          { ...ours, name: "encoding an envelope, 64 B", target: atMost(1.3) },
          results.ours(encode, load),
          results.of(encodePayload, load),
        ),
        compare(
          { ...ours, name: "encoding an envelope, 64 B" },
          results.ours(encode, load),
          results.of(encodeReused, load),
        ),
        compare(
          { ...ours, name: "decoding an envelope, 64 B", target: atMost(1.3) },
          results.ours(decode, load),
          results.of(decodePayload, load),
        ),
        compare(
          { ...ours, name: "decoding among 10,000 types", target: atMost(FLAT) },
          grown.ours(most, load),
          grown.of(fewest, load),
        ),
        {
          name: "copies of a bytes field of 1 MiB on receipt",
          unit: "copies",
          ours: await copiesOnReceipt(),
          target: atMost(0),
        },
      ],
      charts: [
        growthOf(
          "decode-types",
          "Decoding by type",
          "types that the decoder was given",
          byType.map(({ x, subject }) => ({ x, outcome: grown.ours(subject, load) })),
        ),
      ],
    };
  },
};
