import { readdirSync } from "node:fs";

/** What this process holds at the moment that a class could have left behind. */
export interface Holdings {
  /** Node.js's timers, handles and requests, each kind with its count. */
  readonly resources: Readonly<Record<string, number>>;
  /** Open files and sockets; 0 where the system does not list them. */
  readonly descriptors: number;
}

/** Looks at what this process holds. */
export function holdings(): Holdings {
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) {
    resources[kind] = (resources[kind] ?? 0) + 1;
  }
  return { resources, descriptors: countDescriptors() };
}

function countDescriptors(): number {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return 0;
  }
}
