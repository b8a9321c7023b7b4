import { ENVELOPE_EARLIER, ENVELOPE_FEATURES } from "../envelope/format.js";
import { endOfAny } from "./fields.js";

/**
 * Adds a feature to those that an envelope shows, and leaves its other bytes as they are. Returns
 * `undefined` for bytes that are no single envelope, and for unknown features.
 *
 * @param feature - One of the features, a power of two below 128.
 */
export function showFeature(envelope: Uint8Array, feature: number): Uint8Array | undefined {
  let shown = 0;
  for (let at = 0; at < envelope.length; ) {
    const end = endOfAny(envelope, at);
    if (end < 0 || envelope[at] === ENVELOPE_EARLIER) return undefined;
    if (envelope[at] === ENVELOPE_FEATURES) {
      shown = envelope[at + 1] as number;
      if (shown >= 0x80) return undefined;
    }
    at = end;
  }
  if ((shown & feature) !== 0) return envelope;
  // The last one counts where a field is repeated (protobuf encoding guide, "Last One Wins").
  const shows = new Uint8Array(envelope.length + 2);
  shows.set(envelope);
  shows[envelope.length] = ENVELOPE_FEATURES;
  shows[envelope.length + 1] = shown | feature;
  return shows;
}
