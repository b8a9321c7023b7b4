import type { DescEnum, DescField, DescMessage, DescService } from "@bufbuild/protobuf";

/** All messages that may travel when the rpcs of these services are called: theirs, and those in their fields. */
export function reachableMessages(services: Iterable<DescService>): Set<DescMessage> {
  const found = new Set<DescMessage>();
  const visit = (message: DescMessage) => {
    if (found.has(message)) return;
    found.add(message);
    for (const field of message.fields) {
      if (field.message !== undefined) visit(field.message);
    }
  };
  for (const service of services) {
    for (const rpc of service.methods) {
      visit(rpc.input);
      visit(rpc.output);
    }
  }
  return found;
}

/** The message or enum that a field holds, be it alone, repeated or in a map. */
export function typeOf(field: DescField): DescMessage | DescEnum | undefined {
  return field.message ?? field.enum;
}
