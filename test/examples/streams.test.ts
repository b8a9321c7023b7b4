import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Child, root, run } from "../support/child.js";
import { Lines } from "../support/lines.js";
import { TemporaryFolder } from "../support/temporary-folder.js";
import { within } from "../support/within.js";

const cwd = join(root, "examples", "streams");

/** A program of the example, and the lines that it prints. */
class Program implements AsyncDisposable {
  readonly child: Child;
  readonly lines: Lines = new Lines();
  readonly #bound: Promise<string>;

  constructor(...args: readonly string[]) {
    let bound: (endpoint: string) => void = () => {};
    this.#bound = new Promise((resolve) => {
      bound = resolve;
    });
    this.child = new Child("node", ["--import=tsx", ...args], { cwd }, (line) => {
      if (line.startsWith("bound to ")) bound(line.slice("bound to ".length));
      else this.lines.push(line);
    });
    this.lines.follow(this.child);
  }

  /** Where a server is bound. */
  get endpoint(): Promise<string> {
    return within(this.#bound, () => `the endpoint of ${this.child.describe()}`);
  }

  /** Ends a server by a signal, and shows that it ended well. */
  async stop(): Promise<void> {
    this.child.kill("SIGTERM");
    const { status, stderr } = await within(this.child.ended, () => this.child.describe());
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.child.close();
  }
}

const any = "tcp://127.0.0.1:*";

describe("the example streams", () => {
  test("follows a log file until the client leaves", async () => {
    using folder = new TemporaryFolder();
    folder.write("app.log", "one\ntwo\nthree\n");
    const log = folder.file("app.log");
    await using server = new Program("log-server.ts", log, any);
    await using client = new Program("follow.ts", await server.endpoint, "4");
    await client.lines.next("two");
    await client.lines.next("three");
    appendFileSync(log, "fo");
    appendFileSync(log, "ur\nfünf\nsix\n");
    const { status, stdout, stderr } = await client.child.ended;
    assert.deepEqual(
      { status, stdout, stderr },
      { status: 0, stdout: "two\nthree\nfour\nfünf\n", stderr: "" },
    );
    await server.lines.next("a client has left");
    await server.stop();
  });

  test("uploads a file, with its progress", async () => {
    using folder = new TemporaryFolder();
    const content = "0123456789abcdef".repeat(200_000);
    folder.write("numbers.txt", content);
    await using server = new Program("file-server.ts", folder.file("uploads"), any);
    const args = ["--import=tsx", "upload.ts", folder.file("numbers.txt"), await server.endpoint];
    const { status, stdout, stderr } = await run("node", args, { cwd });
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    const sha256 = createHash("sha256").update(content).digest("hex");
    const steps = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100].map((percent) => `${percent} %`);
    assert.deepEqual(stdout.trimEnd().split("\n"), [
      ...steps,
      `stored 3200000 bytes, sha256 ${sha256}`,
    ]);
    assert.equal(readFileSync(folder.file("uploads/numbers.txt"), "utf8"), content);
    await server.stop();
  });

  test("refuses an upload whose name leads out of the folder, and leaves nothing", async () => {
    using folder = new TemporaryFolder();
    folder.write("..odd", "text");
    await using server = new Program("file-server.ts", folder.file("uploads"), any);
    const args = ["--import=tsx", "upload.ts", folder.file("..odd"), await server.endpoint];
    const { status, stdout } = await run("node", args, { cwd });
    assert.equal(status, 1);
    assert.match(stdout, /^refused: "\.\.odd" is no name for a file$/m);
    assert.deepEqual(readdirSync(folder.file("uploads")), []);
    await server.stop();
  });

  test("lets two clients talk, and ends when they have nothing more to say", async () => {
    await using server = new Program("chat-server.ts", any);
    const endpoint = await server.endpoint;
    await using ada = new Program("chat.ts", "Ada", endpoint);
    await ada.lines.next("Ada: has come");
    await using grace = new Program("chat.ts", "Grace", endpoint);
    await ada.lines.next("Grace: has come");
    ada.child.write("hello");
    await grace.lines.next("Ada: hello");
    grace.child.write("hello yourself");
    await ada.lines.next("Grace: hello yourself");
    await grace.child.close();
    await ada.lines.next("Grace: has left");
    assert.equal((await grace.child.ended).status, 0);
    await ada.child.close();
    assert.equal((await ada.child.ended).status, 0);
    await server.stop();
  });

  test("goes on when a client of the chat is killed", async () => {
    await using server = new Program("chat-server.ts", any);
    const endpoint = await server.endpoint;
    await using ada = new Program("chat.ts", "Ada", endpoint);
    await ada.lines.next("Ada: has come");
    await using grace = new Program("chat.ts", "Grace", endpoint);
    await ada.lines.next("Grace: has come");
    grace.child.kill("SIGKILL");
    await grace.child.ended;
    // The server sees that Grace is gone when it sends to her.
    ada.child.write("are you there?");
    await ada.lines.next("Grace: has left");
    await ada.child.close();
    assert.equal((await ada.child.ended).status, 0);
    await server.stop();
  });
});
