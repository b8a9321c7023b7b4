import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { test } from "node:test";
import { PageStreams } from "../../../cli/dist/monitor/http/page-stream.js";
import type { StreamMessage } from "../../../cli/src/monitor/protocol.js";
import { until } from "../../support/until.js";

test("a browser that takes nothing holds little memory, and a fresh snapshot follows when it does", async () => {
  let snapshots = 0;
  const streams = new PageStreams(() => {
    snapshots++;
    return gone(`snapshot ${snapshots}`);
  });
  let waiting = (): number => 0;
  const server = createServer((_request, response) => {
    waiting = () => response.writableLength;
    streams.add(response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  try {
    socket.pause();
    socket.write("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
    await until(() => streams.size === 1, "the page");
    const large = gone("x".repeat(100_000));
    let most = 0;
    for (let count = 0; count < 1_000; count++) {
      streams.send(large);
      most = Math.max(most, waiting());
      await new Promise((resolve) => setImmediate(resolve));
    }
    // 100 MB were sent.
    assert.ok(most < 1_500_000, `${most} bytes wait`);
    assert.equal(snapshots, 1);
    let received = "";
    socket.setEncoding("utf8").on("data", (text: string) => {
      received = (received + text).slice(-200_000);
    });
    socket.resume();
    await until(() => received.includes("snapshot 2"), "the snapshot after the pause");
    streams.send(gone("the next message"));
    await until(() => received.includes("the next message"), "the next message");
    assert.equal(snapshots, 2);
    streams.close();
    assert.equal(streams.size, 0);
  } finally {
    socket.destroy();
    server.closeAllConnections();
    server.close();
  }
});

test("a page that leaves is forgotten, and a message after the end harms nobody", async () => {
  const streams = new PageStreams(() => gone("snapshot"));
  const server = createServer((_request, response) => streams.add(response));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const leaving = new AbortController();
  await fetch(url, { signal: leaving.signal });
  const staying = await fetch(url);
  assert.equal(streams.size, 2);
  leaving.abort();
  await until(() => streams.size === 1, "the end of the page");
  streams.close();
  streams.send(gone("too late"));
  assert.doesNotMatch(await staying.text(), /too late/);
  server.closeAllConnections();
  server.close();
});

function gone(key: string): StreamMessage {
  return { type: "gone", key };
}
