import { once } from "node:events";
import { createServer } from "node:net";

// Below what systems hand out to outgoing connections, so that none of these takes the port before the
// test does; above what dividere's services look through (5100…5999) and most servers listen on.
const first = 20_000;
const count = 12_000;

const given = new Set<number>();

/** A TCP port that nothing listens on; another one each time. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = first + Math.floor(Math.random() * count);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

/** A TCP port that nothing listens on, and neither on the next, which a registry takes for its events. */
export async function freePortAndNext(): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (given.has(port + 1)) continue;
    given.add(port + 1);
    if (await isFree(port + 1)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    // On all interfaces: a peer may bind `tcp://*`.
    await once(server.listen(port), "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
