/** Converts a topic to bytes; text is UTF-8. */
export function toTopic(topic: string | Uint8Array): Buffer {
  return typeof topic === "string" ? Buffer.from(topic, "utf8") : Buffer.from(topic);
}
