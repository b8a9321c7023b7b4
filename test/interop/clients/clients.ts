import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { Publisher } from "dividere/messaging";
import { Msg01, Msg02 } from "../../gen/plain.js";
import { madeOnce } from "../../support/cache.js";
import { Child, type Ended, root, run } from "../../support/child.js";
import { Lines } from "../../support/lines.js";
import { freePort } from "../../support/ports.js";

/** The folder of the clients and of the reactor that they talk to. */
export const clients: string = join(root, "examples", "clients");

const protos = ["proto", "node_modules/dividere/proto"].flatMap((folder) =>
  readdirSync(join(clients, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".proto"))
    .map((name) => join(folder, name)),
);

/**
 * Builds a client in .cache/; again only once one of its sources, or a message, has changed.
 *
 * @param sources from examples/clients
 * @param build puts what it makes into the folder that it is given
 * @returns the folder
 */
export async function builtOnce(
  name: string,
  sources: readonly string[],
  build: (out: string) => Promise<void>,
): Promise<string> {
  const hash = createHash("sha256");
  for (const file of [...sources, ...protos].sort()) hash.update(readFileSync(join(clients, file)));
  const out = join(root, ".cache", `client-${name}-${hash.digest("hex").slice(0, 12)}`);
  await madeOnce(out, async (partial) => {
    await build(partial);
    return undefined;
  });
  return out;
}

/** How a client of examples/clients is run; its own arguments come after these. */
export type ClientCommand = readonly [command: string, ...args: string[]];

/** The program of examples/clients in TypeScript. It ends with the scope. */
class Reactor implements AsyncDisposable {
  readonly child: Child;
  readonly lines: Lines = new Lines();
  readonly requests: string;
  readonly news: string;
  readonly clientsNews: string;

  private constructor(ports: readonly [number, number, number]) {
    const args = ["--import=tsx", "reactor.ts", ...ports.map(String)];
    this.child = new Child("node", args, { cwd: clients }, (line) => this.lines.push(line));
    this.lines.follow(this.child);
    [this.requests, this.news, this.clientsNews] = ports.map(
      (port) => `tcp://127.0.0.1:${port}`,
    ) as [string, string, string];
  }

  static async start(): Promise<Reactor> {
    const ports = [await freePort(), await freePort(), await freePort()] as const;
    const reactor = new Reactor(ports);
    const [requests, news, clientsNews] = ports;
    await reactor.lines.next(
      `answers on ${requests}, publishes on ${news}, listens to ${clientsNews}`,
    );
    return reactor;
  }

  /** Ends it by its input, and shows that it ended well. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.child.close();
    const { status, stderr } = await this.child.ended;
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  }
}

/**
 * The tests of a client in another language, each of them a cell in the column "from …" of docs/interop.md.
 *
 * @param language the language, as the column names it
 * @param skip why they cannot be run here
 * @param build makes the client, as its README says
 * @param streams whether it reads a stream of responses
 */
export function testClient(
  language: string,
  skip: string | false,
  build: () => Promise<ClientCommand>,
  streams = false,
): void {
  describe(`the client in ${language}`, { skip }, () => {
    let client: ClientCommand;
    before(async () => {
      client = await build();
    });

    async function runClient(...args: readonly string[]): Promise<Ended> {
      const [command, ...first] = client;
      return await run(command, [...first, ...args]);
    }

    const cell = (row: string, shows: () => Promise<void>) =>
      test(`${row} | from ${language}`, shows);

    cell("Request → generated reactor", async () => {
      await using reactor = await Reactor.start();
      const long = "0123456789".repeat(10_000);
      const asked = await runClient("request", reactor.requests, "hello", "dīvidere", long);
      const reversed = [...long].reverse().join("");
      assert.deepEqual(asked, {
        status: 0,
        stdout: `hello: olleh\ndīvidere: eredivīd\n${long}: ${reversed}\n`,
        stderr: "",
      });
    });

    cell("Request → generated reactor that refuses", async () => {
      await using reactor = await Reactor.start();
      // One that is refused leaves the client and the reactor able to go on.
      const asked = await runClient("request", reactor.requests, "level", "", "still there");
      assert.deepEqual(asked, {
        status: 0,
        stdout: "level: (refused)\n: (refused)\nstill there: ereht llits\n",
        stderr: "",
      });
    });

    if (streams) {
      cell("Request → generated reactor, a stream of responses", async () => {
        await using reactor = await Reactor.start();
        // More than the client grants credit for at first: it has to grant more.
        const counted = await runClient("count", reactor.requests, "1000");
        const numbers = Array.from({ length: 1_000 }, (_, index) => `${1_000 - index}\n`);
        assert.deepEqual(counted, { status: 0, stdout: numbers.join(""), stderr: "" });
        const refused = await runClient("count", reactor.requests, "0");
        assert.deepEqual(refused, {
          status: 0,
          stdout: "(OUT_OF_RANGE: There is nothing to count)\n",
          stderr: "",
        });
      });
    }

    cell("Publisher → generated reactor", async () => {
      await using reactor = await Reactor.start();
      const published = await runClient("publish", reactor.clientsNews, "some news", "", "grüße");
      assert.deepEqual(published, { status: 0, stdout: "", stderr: "" });
      // All of them, and in this order.
      for (const text of ["some news", "", "grüße"]) await reactor.lines.next(`heard: ${text}`);
    });

    cell("Subscriber ← generated publisher", async () => {
      await using reactor = await Reactor.start();
      const heard = runClient("subscribe", reactor.news, "2");
      // The reactor holds them until somebody has subscribed.
      reactor.child.write("some published event");
      reactor.child.write("grüße");
      assert.deepEqual(await heard, {
        status: 0,
        stdout: "some published event\ngrüße\n",
        stderr: "",
      });
    });

    cell("Subscriber ← Publisher, filtered", async () => {
      await using publisher = new Publisher("tcp://127.0.0.1:*", [Msg01, Msg02]);
      const heard = runClient("subscribe", String(publisher.endpoints[0]), "1");
      await publisher.waitForSubscribers(1, { type: Msg02, timeoutMs: 10_000 });
      assert.equal(publisher.subscriptionCount(Msg01), 0);
      await publisher.send(Msg01.create({ field1: "not asked for" }));
      await publisher.send(Msg02.create({ field1: "asked for" }));
      assert.deepEqual(await heard, { status: 0, stdout: "asked for\n", stderr: "" });
    });
  });
}
