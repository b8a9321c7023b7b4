import assert from "node:assert/strict";
import { test } from "node:test";
import { failed, Running } from "../../cli/support/dividere.js";
import { serveAll } from "../../cli/support/services.js";
import { GreeterPublisher } from "../../gen/plain_dividere.js";
import { within } from "../../support/within.js";

test("dividere monitor serves until Ctrl-C, with pages open", async () => {
  await using server = serveAll();
  await using news = new GreeterPublisher("tcp://127.0.0.1:*");
  const [endpoint = ""] = server.endpoints;
  const subscribe = news.endpoints.flatMap((each) => ["--subscribe", each]);
  const args = ["monitor", endpoint, ...subscribe, "--port", "0", "--json"];
  await using running = new Running([...args, "--registry", "tcp://127.0.0.1:9"]);
  const { url } = JSON.parse(await running.firstLine());
  const stream = await fetch(`${url}api/stream`);
  const reader = stream.body?.getReader();
  let text = "";
  const reading = async (): Promise<void> => {
    while (!text.includes('"state":"up"')) {
      const part = await reader?.read();
      text += Buffer.from(part?.value ?? []).toString();
    }
  };
  await within(reading(), () => `the service: ${text}`);
  await news.waitForSubscribers(1);
  const { status, stderr } = await running.stop();
  assert.deepEqual([status, stderr], [0, ""]);
});

test("dividere monitor refuses an address that is not of loopback, and a port that is taken", async () => {
  const refused = await failed(2, ["monitor", "--host", "0.0.0.0"]);
  assert.equal(refused.code, "OPTION_INVALID");
  assert.match(refused.hint ?? "", /ssh -L/);
  await using running = new Running(["monitor", "--port", "0", "--json"]);
  const { url } = JSON.parse(await running.firstLine());
  const taken = await failed(1, ["monitor", "--port", new URL(url).port]);
  assert.equal(taken.code, "EADDRINUSE");
  assert.match(taken.hint ?? "", /--port 0/);
});
