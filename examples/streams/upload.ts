// Uploads a file, and prints how far it is: `npm run upload -- picture.jpg`.
import { createReadStream, statSync } from "node:fs";
import { basename } from "node:path";
import { RequestError } from "dividere/messaging";
import { FilesRequest } from "./gen/files_dividere.js";

const [path, endpoint = "tcp://127.0.0.1:5572"] = process.argv.slice(2);
if (path === undefined) throw new Error("usage: npm run upload -- FILE [ENDPOINT]");

await using files = new FilesRequest(endpoint);
try {
  const headers = { name: basename(path) };
  const stored = await files.upload(chunksOf(path), { headers });
  console.log(`stored ${stored.bytes} bytes, sha256 ${stored.sha256}`);
} catch (error) {
  if (!(error instanceof RequestError)) throw error;
  console.log(`refused: ${error.message}`);
  process.exitCode = 1;
}

/** The file piece by piece. The server's credit asks for the next: at most a megabyte is on its way. */
async function* chunksOf(file: string) {
  const size = statSync(file).size;
  let sent = 0;
  let shown = 0;
  for await (const data of createReadStream(file, { highWaterMark: 65_536 })) {
    yield { data: data as Buffer };
    sent += data.length;
    const percent = Math.floor((100 * sent) / size);
    if (percent >= shown + 10) {
      shown = percent - (percent % 10);
      console.log(`${shown} %`);
    }
  }
}
