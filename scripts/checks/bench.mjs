// The types of the benches' peers, which need packages that the workspace does not install; the rest of bench/ is checked
// with the tests.
import { main, stream } from "../run.mjs";
import { installPeers } from "../set-up.mjs";

await main(async () => {
  await installPeers();
  return await stream("tsc", ["-p", "bench/tsconfig.json"]);
});
