// Opens and closes a connection; what is logged goes where the environment and the arguments say.
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { Dealer, setLogger, setLogLevel } from "dividere/connection";
import { pino } from "pino";

const mode = process.argv[2];
const stream = new PassThrough();
if (mode === "pino") {
  setLogger(pino({ level: "debug", base: null }, stream));
  setLogLevel("debug", "connection");
}

await using left = new Dealer("tcp://127.0.0.1:*");
const connected = new Promise<void>((resolve) => {
  left.onStatus((event) => {
    if (event.type === "connected") resolve();
  });
});
await using _right = new Dealer(left.endpoints);
// The log is told before this listener, so by then it has what the tests look for.
await connected;
if (mode === "pino") {
  const [chunk] = await once(stream, "data");
  process.stdout.write(chunk);
}
