// Prints the last lines of the server's log, and then each new line: `npm run follow`. With a number, it leaves after so
// many lines: `npm run follow -- tcp://127.0.0.1:5571 3`.
import { LogRequest } from "./gen/log_dividere.js";

const [endpoint = "tcp://127.0.0.1:5571", count = "Infinity"] = process.argv.slice(2);

await using log = new LogRequest(endpoint);
let left = Number(count);
for await (const { text } of log.follow({ lastLines: 2 })) {
  console.log(text);
  left--;
  // Leaving the loop ends the call, and the server's handler.
  if (left <= 0) break;
}
