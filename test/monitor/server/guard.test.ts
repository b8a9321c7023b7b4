import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, type RequestOptions, request } from "node:http";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { startMonitor } from "../../../cli/dist/monitor/index.js";
import { serveAll } from "../../cli/support/services.js";
import { until } from "../../support/until.js";

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Sends a request with exactly these headers, as a browser would on behalf of a page. */
async function ask(url: string, options: RequestOptions = {}, body = ""): Promise<Answer> {
  const sent = request(url, { ...options, agent: false });
  sent.end(body);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

test("every answer forbids the page to load anything from elsewhere", async () => {
  await using monitor = await startMonitor({ port: 0 });
  for (const path of ["", "app.js", "app.css", "favicon.svg", "metrics", "nowhere"]) {
    const { headers } = await ask(monitor.url + path);
    assert.match(String(headers["content-security-policy"]), /^default-src 'self';/, path);
    assert.equal(headers["x-content-type-options"], "nosniff", path);
    assert.equal(headers["access-control-allow-origin"], undefined, path);
  }
  const { body } = await ask(monitor.url);
  assert.doesNotMatch(body, /https?:|\{\{/);
});

test("a name that leads to this machine is refused, but for those of loopback", async () => {
  await using monitor = await startMonitor({ port: 0 });
  const { port } = new URL(monitor.url);
  for (const host of [`evil.example:${port}`, "evil.example", `127.0.0.1.evil.example:${port}`]) {
    for (const path of ["", "api/stream", "api/schema?key=", "metrics"]) {
      const { status, body } = await ask(monitor.url + path, { headers: { host } });
      assert.equal(status, 421, `${host} ${body}`);
    }
  }
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]) {
    assert.equal((await ask(monitor.url, { headers: { host } })).status, 200, host);
  }
});

test("another site reaches nothing", async () => {
  await using monitor = await startMonitor({ port: 0 });
  const others: Record<string, string>[] = [
    { origin: "http://evil.example" },
    { origin: "null" },
    { origin: "http://localhost:1" },
    { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
    { "sec-fetch-site": "same-site", "sec-fetch-mode": "cors" },
  ];
  for (const headers of others) {
    for (const path of ["api/stream", "api/schema?key=", "metrics"]) {
      const { status } = await ask(monitor.url + path, { headers });
      assert.equal(status, 403, JSON.stringify(headers));
    }
  }
  // A link to the page is no request of the other site.
  const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
  assert.equal((await ask(monitor.url, { headers: link })).status, 200);
});

test("a call needs the token of the page, and is carried out with it", async () => {
  await using server = serveAll();
  const [endpoint = ""] = server.endpoints;
  await using monitor = await startMonitor({ port: 0, endpoints: [endpoint], intervalMs: 100 });
  const page = (await ask(monitor.url)).body;
  const [, token = ""] = /name="dividere-token" content="([^"]+)"/.exec(page) ?? [];
  assert.match(token, /^[\w-]{32}$/);
  const call = { key: endpoint, path: "Greeter/Reverse", messages: [{ field1: "abc" }] };
  const body = JSON.stringify(call);
  const post = async (more: Record<string, string>, sent = body): Promise<Answer> =>
    await ask(
      `${monitor.url}api/call`,
      {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "content-length": String(Buffer.byteLength(sent)),
          ...more,
        },
      },
      sent,
    );
  assert.equal((await post({})).status, 403);
  assert.equal((await post({ "x-dividere-token": `${token.slice(0, -1)}!` })).status, 403);
  const own = { "x-dividere-token": token };
  assert.equal((await post({ ...own, origin: "http://evil.example" })).status, 403);
  // What a form of another site can send without asking first.
  assert.equal((await post({ ...own, "content-type": "text/plain" })).status, 415);
  assert.equal((await post(own, "{")).status, 400);
  assert.equal((await post(own, "null")).status, 400);
  assert.equal((await post({ ...own, "content-length": "99999999" }, "")).status, 413);
  assert.equal((await ask(`${monitor.url}api/call`)).status, 405);
  assert.equal((await ask(monitor.url, { method: "DELETE" })).status, 405);
  assert.equal((await post(own, body.replace(endpoint, "nobody"))).status, 404);

  let answer: Answer | undefined;
  const carriedOut = async (): Promise<void> => {
    do answer = await post(own);
    while (answer.status === 404);
  };
  const done = carriedOut();
  await until(() => answer !== undefined && answer.status !== 404, "the schema of the service");
  await done;
  const lines = (answer?.body ?? "")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ type, json }) => [type, json]),
    [
      ["message", { field1: "cba" }],
      ["trailers", undefined],
      ["end", undefined],
    ],
  );
});

test("the page is served on loopback only, and a port that is taken is named", async () => {
  await assert.rejects(startMonitor({ host: "0.0.0.0", port: 0 }), { code: "OPTION_INVALID" });
  await assert.rejects(startMonitor({ host: "192.0.2.1", port: 0 }), { code: "OPTION_INVALID" });
  await using monitor = await startMonitor({ port: 0 });
  const port = Number(new URL(monitor.url).port);
  await assert.rejects(startMonitor({ port }), { code: "EADDRINUSE", message: /already in use/ });
  await assert.rejects(startMonitor({ port: 0, subscribe: ["tcp://nowhere:none"] }), {
    code: "ENDPOINT_INVALID",
  });
});
