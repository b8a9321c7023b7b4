// Computes what the handlers in worker processes compute, without any messages.
import { clock, serveBench } from "../role.js";
import { repeatStep } from "../steps.js";

serveBench({
  compute: ({ count, size }) => {
    const started = clock();
    let sum = 0;
    for (let done = 0; done < count; done++) sum += repeatStep(size);
    return { seconds: clock() - started, sum };
  },
});
