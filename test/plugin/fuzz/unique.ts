import type { MessagePlan } from "./plan.js";

/** The nested messages, one of each name. */
export function uniqueNested(message: MessagePlan): MessagePlan[] {
  return uniqueBy(message.nested, ({ name }) => name);
}

/** The last item of each key. */
export function uniqueBy<T>(items: readonly T[], key: (item: T) => string): T[] {
  return [...new Map(items.toReversed().map((item) => [key(item), item])).values()].toReversed();
}

/** Whether the name was free. */
export function claim(scope: Set<string>, name: string): boolean {
  if (scope.has(name)) return false;
  scope.add(name);
  return true;
}
