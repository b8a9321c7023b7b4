// Lets clients follow a log file: `npm run log-server -- app.log`.
import { type RequestContext, RequestError, stopOnSignals } from "dividere/messaging";
import type { FollowRequest } from "./gen/log.js";
import { LogReactor } from "./gen/log_dividere.js";
import { growingLines } from "./growing-file.js";

const [path, serve = "tcp://127.0.0.1:5571"] = process.argv.slice(2);
if (path === undefined) throw new Error("usage: npm run log-server -- FILE [ENDPOINT]");
const file = path;

class LogFile extends LogReactor {
  override async *handleFollowRequest({ lastLines }: FollowRequest, { signal }: RequestContext) {
    console.log("a client follows");
    try {
      let there = true;
      for await (const lines of growingLines(file, signal)) {
        // The file may have been long before the client came; slice(-0) would be all of it.
        const wanted = there ? lines.slice(Math.max(0, lines.length - lastLines)) : lines;
        there = false;
        // Each yield waits until the client has room: a slow client slows this loop, and fills no memory.
        for (const text of wanted) yield { text };
      }
    } catch (error) {
      if (signal.aborted) throw error;
      throw new RequestError("NOT_FOUND", `${file} cannot be read`, { cause: error });
    } finally {
      console.log("a client has left");
    }
  }
}

await using reactor = new LogFile({ serve });
stopOnSignals(reactor);
console.log("bound to", reactor.endpoints[0]);
await reactor.stopped;
