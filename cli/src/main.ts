import { run } from "./app/run.js";

await run(process.argv.slice(2));
