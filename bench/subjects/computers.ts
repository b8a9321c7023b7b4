import { BenchProcess } from "../harness/process.js";
import { makeCalls, Processes, runningAs, type Subject } from "../harness/subject.js";

/** Processes that share a computation and exchange no messages: the limit of this machine. */
export function computers(name: string, count: number): Subject {
  return {
    name,
    start: async () => {
      const processes = new Processes();
      const all: BenchProcess[] = [];
      while (all.length < count) {
        all.push(await processes.add(BenchProcess.role("roles/alone/computer")));
      }
      return runningAs(processes, async (operations, load) => {
        const share = Math.ceil(operations / count);
        const seconds = await Promise.all(
          all.map((each) => makeCalls(each, share, load, "compute")),
        );
        return (Math.max(...seconds) * operations) / (share * count);
      });
    },
  };
}
