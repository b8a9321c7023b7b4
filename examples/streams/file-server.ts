// Stores the files that clients upload in a folder: `npm run file-server -- uploads`.
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type RequestContext, RequestError, stopOnSignals } from "dividere/messaging";
import type { Chunk } from "./gen/files.js";
import { FilesReactor } from "./gen/files_dividere.js";

const [path, serve = "tcp://127.0.0.1:5572"] = process.argv.slice(2);
if (path === undefined) throw new Error("usage: npm run file-server -- FOLDER [ENDPOINT]");
const folder = path;
mkdirSync(folder, { recursive: true });

class Folder extends FilesReactor {
  override async handleChunk(chunks: AsyncIterable<Chunk>, { requestHeaders }: RequestContext) {
    const name = requestHeaders.get("name") ?? "";
    // A name from outside must not lead out of the folder.
    if (!/^[\w-][\w.-]*$/.test(name))
      throw new RequestError("INVALID_ARGUMENT", `"${name}" is no name for a file`);
    const partial = join(folder, `.${randomUUID()}`);
    try {
      const { bytes, sha256 } = await store(chunks, partial);
      await rename(partial, join(folder, name));
      console.log(`stored ${name}`);
      return { bytes, sha256 };
    } catch (error) {
      // The client has cancelled, or is gone: the loop over the chunks throws.
      await rm(partial, { force: true });
      console.log(`gave up ${name}`);
      throw error;
    }
  }
}

async function store(
  chunks: AsyncIterable<Chunk>,
  partial: string,
): Promise<{ bytes: bigint; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0n;
  await using file = await open(partial, "w");
  for await (const { data } of chunks) {
    await file.write(data);
    hash.update(data);
    bytes += BigInt(data.length);
  }
  return { bytes, sha256: hash.digest("hex") };
}

await using reactor = new Folder({ serve });
stopOnSignals(reactor);
console.log("bound to", reactor.endpoints[0]);
await reactor.stopped;
