// A broker's choice of a worker, with so many known: taken by the request, free again by the answer.
import { WorkerTable } from "../../../../runtime/src/connection/load-balancing/worker-table.js";
import { clock, roleOptions, serveBench } from "../../role.js";

const { known } = roleOptions<{ known: number }>();
const table = new WorkerTable({ heartbeatIntervalMs: 600_000, ask: () => {}, lost: () => {} });
for (let worker = 0; worker < known; worker++) {
  // As long as the identity that a ROUTER gives to a peer.
  const identity = Buffer.alloc(5);
  identity.writeUInt32BE(worker, 1);
  table.registered(identity);
}

serveBench({
  call: ({ count }) => {
    const started = clock();
    for (let request = 0; request < count; request++) {
      const worker = table.take();
      if (worker === undefined) throw new Error("No worker is free");
      table.answered(worker);
    }
    return { seconds: clock() - started };
  },
});
