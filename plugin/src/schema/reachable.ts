import type { DescEnum, DescField, DescFile, DescMessage, DescService } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";

/** Returns all messages that calls of these services' rpcs may send: the rpcs' messages, and those in their fields. */
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

/** Returns the files of these messages, and the files that the code for them imports. */
export function filesAround(messages: Iterable<DescMessage>): Set<DescFile> {
  const files = new Set<DescFile>();
  const visit = (file: DescFile) => {
    if (files.has(file)) return;
    files.add(file);
    for (const type of nestedTypes(file)) {
      if (type.kind !== "message") continue;
      for (const field of type.fields) {
        const { file } = typeOf(field) ?? type;
        visit(file);
      }
    }
  };
  for (const { file } of messages) visit(file);
  return files;
}

/** Returns the message or enum that a field holds, alone, repeated or in a map. */
export function typeOf(field: DescField): DescMessage | DescEnum | undefined {
  return field.message ?? field.enum;
}
