import { BenchProcess } from "../harness/process.js";
import { makeCalls, Processes, runningAs, type Subject } from "../harness/subject.js";

/** Something that roles/dividere/codec.ts does over and over in a process of its own. */
export function codecStep(
  what: string,
  { name = what, size = 64, types = 1 }: { name?: string; size?: number; types?: number } = {},
): Subject {
  return {
    name,
    ours: true,
    start: async (profile) => {
      const processes = new Processes();
      const role = await processes.add(
        BenchProcess.role("roles/dividere/codec", { what, size, types }, profile),
      );
      return runningAs(processes, (count, load) => makeCalls(role, count, load));
    },
  };
}
