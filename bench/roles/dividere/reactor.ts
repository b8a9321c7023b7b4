import type { Question, Workload } from "../../gen/bench.js";
import { BenchReactor } from "../../gen/bench_dividere.js";
import { repeatStep } from "../steps.js";

/** Answers with the question, or computes. */
export default class EchoReactor extends BenchReactor {
  override handleQuestion({ number, payload }: Question): Question {
    return { number, payload };
  }

  override handleWorkload({ steps }: Workload): Workload {
    return { steps, result: repeatStep(steps) };
  }

  override handleTelegram(): void {}
}
