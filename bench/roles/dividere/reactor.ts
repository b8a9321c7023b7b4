import type { Question, Workload } from "../../gen/bench.js";
import { BenchReactor } from "../../gen/bench_dividere.js";

/** Answers with the question; where it computes, it does so without a pause, as a handler bound by the CPU does. */
export default class EchoReactor extends BenchReactor {
  override handleQuestion({ number, payload }: Question): Question {
    return { number, payload };
  }

  override handleWorkload({ steps }: Workload): Workload {
    let result = 1;
    for (let step = 0; step < steps; step++) result = (Math.imul(result, 1664525) + step) >>> 0;
    return { steps, result };
  }

  override handleTelegram(): void {}
}
