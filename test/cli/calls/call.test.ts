import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Publisher, Router } from "dividere/connection";
import { run } from "../../support/child.js";
import { dividere, done, failed, noSignals, Running } from "../support/dividere.js";
import { serveAll } from "../support/services.js";

const proto = ["--proto", "test/proto/plain.proto"];
const streams = (name: string) => ["--proto", `examples/streams/proto/${name}.proto`];

/** Starts all services, and returns their endpoint. */
function started(): { readonly endpoint: string } & AsyncDisposable {
  const services = serveAll();
  return {
    endpoint: services.endpoints[0] ?? "",
    [Symbol.asyncDispose]: () => services.stop(),
  };
}

describe("dividere call", () => {
  test("prints the response as JSON, with fields of default values", async () => {
    await using service = started();
    const call = ["call", service.endpoint];
    assert.deepEqual(await done([...call, "Reverse", '{"field1":"hello"}', ...proto]), [
      '{"field1":"olleh"}',
    ]);
    const [echoed = ""] = await done([...call, "Greeter/Echo", '{"anInt64":"-5"}', ...proto]);
    assert.equal(JSON.parse(echoed).anInt64, "-5");
    assert.equal(JSON.parse(echoed).aString, "");
  });

  test("reads the request from standard input", async () => {
    await using service = started();
    const args = ["call", service.endpoint, "Reverse", "-", ...proto];
    assert.deepEqual(await done(args, { input: '{"field1":\n"hello"}' }), ['{"field1":"olleh"}']);
  });

  test("sends headers, and prints headers and trailers when asked", async () => {
    await using service = started();
    const args = ["call", service.endpoint, "Reverse", '{"field1":"hello"}', ...proto];
    assert.deepEqual(await done([...args, "-i", "-H", "tenant=acme"]), [
      '{"headers":{"served-for":"acme"}}',
      '{"message":{"field1":"olleh"}}',
      '{"trailers":{"length":"5"}}',
    ]);
  });

  test("prints each response of a stream on a line", async () => {
    await using service = started();
    const args = ["call", service.endpoint, "Follow", '{"lastLines":3}', ...streams("log")];
    assert.deepEqual(
      await done(args),
      [1, 2, 3].map((at) => `{"text":"line ${at}"}`),
    );
  });

  test("sends the lines of standard input as a stream", async () => {
    await using service = started();
    const args = ["call", service.endpoint, "Upload", ...streams("files")];
    const input = '{"data":"aGVsbG8="}\n\n{"data":"aGVsbG8="}';
    assert.deepEqual(await done(args, { input }), ['{"bytes":"10","sha256":""}']);
    assert.deepEqual(await done([...args, '[{"data":"aGk="},{"data":"aGk="}]']), [
      '{"bytes":"4","sha256":""}',
    ]);
  });

  test("talks both ways, each response as soon as it is there", async () => {
    await using service = started();
    const args = ["call", service.endpoint, "Talk", "-H", "name=Ann", ...streams("chat")];
    await using talk = new Running(args);
    for (const text of ["one", "two"]) {
      talk.child.write(JSON.stringify({ text }));
      await talk.lines.next(`{"name":"Ann","text":"${text}"}`);
    }
    talk.child.endInput();
    assert.equal((await talk.end()).status, 0);
  });

  test("ends a stream at Ctrl-C with 130", { skip: noSignals }, async () => {
    await using service = started();
    const args = ["call", service.endpoint, "Follow", '{"lastLines":0}', ...streams("log")];
    await using follow = new Running(args);
    await follow.firstLine();
    const { status, stderr } = await follow.stop();
    assert.equal(status, 130, stderr);
    assert.equal(stderr, "");
  });

  test("ends well when its reader has read enough", {
    skip: process.platform === "win32" && "there is no shell of this kind",
  }, async () => {
    await using service = started();
    const follow = `dividere call ${service.endpoint} Follow '{"lastLines":0}' ${streams("log").join(" ")}`;
    const ended = await run("bash", ["-c", `set -o pipefail; ${follow} | head -1`]);
    assert.deepEqual(ended, { status: 0, stdout: '{"text":"line 1"}\n', stderr: "" });
  });
});

describe("dividere call, refused", () => {
  test("prints the status of the service's refusal", async () => {
    await using service = started();
    const args = ["call", service.endpoint, "Reverse", "{}", ...proto];
    const { status, stdout, stderr } = await dividere(args);
    assert.deepEqual([status, stdout], [6, ""]);
    assert.equal(stderr, "error: INVALID_ARGUMENT: The text is empty\n");
    const error = await failed(6, args);
    assert.deepEqual(
      [error.code, error.status, error.message],
      ["REQUEST_FAILED", "INVALID_ARGUMENT", "The text is empty"],
    );
  });

  test("names the nearest field and the expected shape for wrong JSON", async () => {
    await using service = started();
    const call = ["call", service.endpoint, "Reverse"];
    const unknown = await failed(2, [...call, '{"feld1":"x"}', ...proto]);
    assert.match(unknown.message, /Msg01.*"feld1" is unknown/);
    assert.equal(unknown.hint, 'Did you mean field1?\nMsg01 has the form {"field1":"text"}');
    const mistyped = await failed(2, [...call, '{"field1":5}', ...proto]);
    assert.match(mistyped.message, /field Msg01\.field1.*expected string, got 5/);
    const unquoted = await failed(2, [...call, "{field1:x}", ...proto]);
    assert.match(unquoted.message, /This is not JSON/);
    assert.match(unquoted.hint ?? "", /did the shell remove them/);
    const line = await failed(2, ["call", service.endpoint, "Upload", ...streams("files")], {
      input: '{"data":""}\n{"dat":""}',
    });
    assert.match(line.message, /^line 2 of standard input: .*"dat" is unknown/);
  });

  test("names the nearest rpc, and what an event is for", async () => {
    await using service = started();
    const call = ["call", service.endpoint];
    const unknown = await failed(3, [...call, "Revers", "{}", ...proto]);
    assert.deepEqual([unknown.code, unknown.hint], ["NOT_FOUND", "Did you mean Reverse?"]);
    const far = await failed(3, [...call, "Nothing", "{}", ...proto]);
    assert.equal(far.hint, "It has Announce, Echo, Reverse, Telegraph.");
    const event = await failed(2, [...call, "Announce", "{}", ...proto]);
    assert.match(event.message, /Announce is an event/);
    assert.match(event.hint ?? "", /dividere pub <endpoint> Msg02/);
  });

  test("says at once that nobody is there, or somebody else", async () => {
    const nobody = await failed(4, ["call", "tcp://127.0.0.1:1", "Reverse", "{}", ...proto]);
    assert.match(nobody.message, /tcp:\/\/127\.0\.0\.1:1: nothing listens there/);
    await using publisher = new Publisher("tcp://127.0.0.1:*");
    const endpoint = publisher.endpoints[0] ?? "";
    const wrong = await failed(1, ["call", endpoint, "Reverse", "{}", ...proto]);
    assert.match(wrong.message, /is an XPUB, and a service has a ROUTER or REP/);
    assert.equal(wrong.hint, `Events are published there: dividere sub ${endpoint}`);
  });

  test("ends with 4 when the service is lost", async () => {
    await using router = new Router("tcp://127.0.0.1:*");
    const args = ["call", router.endpoints[0] ?? "", "Reverse", "{}", ...proto];
    const failing = failed(4, args);
    await router.recv({ timeoutMs: 20_000 });
    router.close();
    assert.deepEqual(
      [(await failing).code, (await failing).status],
      ["REQUEST_FAILED", "UNAVAILABLE"],
    );
  });

  test("ends at the time-out with 4", async () => {
    await using silent = new Router("tcp://127.0.0.1:*");
    const endpoint = silent.endpoints[0] ?? "";
    const args = ["call", endpoint, "Reverse", "{}", ...proto, "--timeout", "50ms"];
    assert.equal((await failed(4, args)).code, "TIMEOUT");
  });
});
