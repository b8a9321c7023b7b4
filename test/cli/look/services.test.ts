import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { RegistryClient, RegistryServer } from "dividere/registry";
import { GreeterRequest } from "../../gen/plain_dividere.js";
import { dividere, done, failed, noSignals, Running } from "../support/dividere.js";
import { Greeter, serveAll } from "../support/services.js";

let registry: RegistryServer;
let client: RegistryClient;
let greeter: Greeter;
let at: readonly string[];

const longLease = { leaseMs: 600_000 };

/** Starts a greeter and lists it in the registry, longer than the tests take. */
async function startGreeter(id: string, version: string): Promise<Greeter> {
  const service = new Greeter({ serve: "tcp://127.0.0.1:*" }, { version });
  const { hostname, port } = new URL(service.endpoints[0] ?? "");
  const address = { host: hostname, port: Number(port) };
  const init = { name: "greeter", id, version, services: ["Greeter"], ...address };
  await client.registerInstance(init, longLease);
  return service;
}

before(async () => {
  registry = new RegistryServer({ endpoint: "tcp://127.0.0.1:*", maxLeaseMs: 600_000 });
  client = new RegistryClient(registry.endpoint, { address: "127.0.0.1" });
  greeter = await startGreeter("one", "1.2.3");
  at = ["--registry", registry.endpoint];
});

after(async () => {
  await greeter.stop();
  client.close();
  await registry.stop();
});

describe("dividere ls", () => {
  test("lists the instances of all services", async () => {
    const [head, line, ...none] = await done(["ls", ...at]);
    assert.match(head ?? "", /^NAME +ENDPOINT +VERSION +HEALTH +AGE +SERVICES$/);
    assert.match(
      line ?? "",
      /^greeter +tcp:\/\/127\.0\.0\.1:\d+ +1\.2\.3 +serving +\d+ s +Greeter$/,
    );
    assert.deepEqual(none, []);
    const [json = ""] = await done(["ls", "greeter", ...at, "--json"]);
    const { registeredAt, port, ...rest } = JSON.parse(json);
    assert.ok(Date.parse(registeredAt) > 0);
    assert.deepEqual(rest, {
      name: "greeter",
      id: "one",
      host: "127.0.0.1",
      version: "1.2.3",
      metadata: {},
      health: "SERVING",
      leaseMs: longLease.leaseMs,
      services: ["Greeter"],
      endpoint: `tcp://127.0.0.1:${port}`,
    });
  });

  test("says that nothing is listed, or not under that name", async () => {
    await using empty = new RegistryServer({ endpoint: "tcp://127.0.0.1:*" });
    const { status, stdout, stderr } = await dividere(["ls", "--registry", empty.endpoint]);
    assert.deepEqual([status, stdout], [0, ""]);
    assert.equal(stderr, `No service is registered at ${empty.endpoint}.\n`);
    const error = await failed(3, ["ls", "gretter", ...at]);
    assert.equal(error.message, `No service "gretter" is registered at ${registry.endpoint}`);
    assert.match(error.hint ?? "", /^Did you mean greeter\?/);
  });

  test("--watch prints what comes and goes until Ctrl-C", { skip: noSignals }, async () => {
    await using watch = new Running(["ls", "--watch", "--json", ...at]);
    assert.equal(JSON.parse(await watch.firstLine()).event, "added");
    await client.register("plain", 4_321);
    await watch.printed('"name":"plain"');
    await client.unregister("plain", 4_321);
    await watch.printed('"event":"removed"');
    const { status, stdout } = await watch.stop();
    assert.equal(status, 0);
    const last = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    assert.deepEqual(
      [last.event, last.name, last.endpoint],
      ["removed", "plain", "tcp://127.0.0.1:4321"],
    );
  });

  test("says what to do without a registry", async () => {
    const error = await failed(4, ["ls", "--registry", "tcp://127.0.0.1:1"]);
    assert.match(error.message, /No registry is at tcp:\/\/127\.0\.0\.1:1/);
    assert.match(error.hint ?? "", /--registry <endpoint>.*dividere registry/);
  });
});

describe("a service by its name", () => {
  test("is called with the schema that it tells", async () => {
    assert.deepEqual(await done(["call", "greeter", "Reverse", '{"field1":"hello"}', ...at]), [
      '{"field1":"olleh"}',
    ]);
    const env = { DIVIDERE_REGISTRY: registry.endpoint };
    assert.deepEqual(await done(["call", "greeter", "Reverse", '{"field1":"ab"}'], { env }), [
      '{"field1":"ba"}',
    ]);
  });

  test("is named nearest to a typing mistake", async () => {
    const error = await failed(3, ["call", "gretter", "Reverse", ...at]);
    assert.equal(error.code, "NOT_FOUND");
    assert.match(error.hint ?? "", /^Did you mean greeter\?/);
  });
});

describe("dividere describe", () => {
  test("shows rpcs, events and the form of messages", async () => {
    const text = (await done(["describe", "greeter", ...at])).join("\n");
    assert.match(
      text,
      /^endpoint {2}tcp:\/\/127\.0\.0\.1:\d+\nversion {3}1\.2\.3\nruntime {3}dividere-typescript\/\d/,
    );
    assert.match(text, /^service Greeter as greeter$/m);
    assert.match(text, /^ {2}rpc Reverse\(Msg01\) returns \(Msg01\)$/m);
    assert.match(text, /^ {2}event Announce\(Msg02\)$/m);
    assert.match(text, /^ {2}Msg01 {5}\{"field1":"text"\}$/m);
    for (const line of text.split("\n")) assert.ok(line.length <= 80, line);
    const [json = ""] = await done(["describe", "greeter", ...at, "--json"]);
    const { services, messages, pid } = JSON.parse(json);
    assert.equal(pid, process.pid);
    assert.deepEqual(services[0].rpcs[0], {
      name: "Reverse",
      request: "Msg01",
      response: "Msg01",
      clientStreaming: false,
      serverStreaming: false,
      published: false,
    });
    assert.deepEqual(messages["Telegram"], { text: "text" });
  });

  test("shows streams, of the service at an endpoint", async () => {
    await using services = serveAll();
    const text = (await done(["describe", services.endpoints[0] ?? ""])).join("\n");
    assert.match(text, /^ {2}rpc Talk\(stream Said\) returns \(stream Heard\)$/m);
  });

  test("says that introspection is switched off", async () => {
    await using services = serveAll(undefined, { introspection: false });
    const error = await failed(6, ["describe", services.endpoints[0] ?? ""]);
    assert.equal(error.code, "NO_INTROSPECTION");
  });
});

describe("dividere stats", () => {
  test("shows the counters of a service, or of all", async () => {
    await using caller = new GreeterRequest(greeter.endpoints[0] ?? "");
    await caller.reverse({ field1: "x" });
    await assert.rejects(caller.reverse({ field1: "" }), { status: "INVALID_ARGUMENT" });
    for (const target of [["greeter"], []]) {
      const text = (await done(["stats", ...target, ...at])).join("\n");
      assert.match(text, /^greeter {2}tcp:\/\/127\.0\.0\.1:\d+ {2}up /);
      assert.match(text, /^Greeter\/Reverse +\d+ +\d+ +0( +[\d.,]+){4}$/m);
      assert.match(text, /^Greeter\/Reverse failed: INVALID_ARGUMENT \d+$/m);
      assert.match(text, /^Router +tcp:\/\/127\.0\.0\.1:\d+( +\d+){4}$/m);
      for (const line of text.split("\n")) assert.ok(line.length <= 80, line);
    }
    const [json = ""] = await done(["stats", "greeter", ...at, "--json"]);
    const { service, rpcs } = JSON.parse(json);
    assert.equal(service, "greeter");
    const reverse = rpcs.find(({ rpc }: { rpc: string }) => rpc === "Greeter/Reverse");
    assert.equal(Number(reverse.started), Number(reverse.succeeded) + Number(reverse.failed));
    assert.ok(reverse.latency.p50Ms > 0);
  });

  test("--watch shows calls a second until Ctrl-C", { skip: noSignals }, async () => {
    await using watch = new Running(["stats", "greeter", "--watch", "--interval", "100ms", ...at]);
    await watch.printed(" /S ");
    const { status, stdout } = await watch.stop();
    assert.equal(status, 0);
    assert.match(stdout, /^RPC +CALLS +\/S +FAILED +NOW +P50 +P90 +P99 +MAX$/m);
  });

  test("--prometheus prints the text format", async () => {
    const text = (await done(["stats", "--prometheus", ...at])).join("\n");
    const name = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    const label = String.raw`[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*"`;
    const sample = new RegExp(String.raw`^${name}\{${label}(,${label})*\} [-+.\deE]+$`);
    for (const line of text.split("\n")) {
      assert.match(line, line.startsWith("#") ? /^# (HELP|TYPE) \w+ \S/ : sample);
    }
    assert.match(
      text,
      /^dividere_rpc_started_total\{service="greeter",.*rpc="Greeter\/Reverse"\} \d+$/m,
    );
    assert.match(
      text,
      /^dividere_rpc_duration_seconds_bucket\{.*rpc="Greeter\/Reverse",le="\+Inf"\} \d+$/m,
    );
  });

  test("shows the services that answer, and fails for the others", async () => {
    await client.register("gone", 1);
    try {
      const { status, stdout, stderr } = await dividere(["stats", ...at]);
      assert.equal(status, 1);
      assert.match(stdout, /^greeter {2}/);
      assert.match(stderr, /No service is at tcp:\/\/127\.0\.0\.1:1/);
    } finally {
      await client.unregister("gone", 1);
    }
  });
});

describe("several instances", () => {
  test("are listed and shown, and the second is called when the first is gone", async () => {
    await using other = await startGreeter("two", "2.0.0");
    assert.equal((await done(["ls", "greeter", ...at])).length, 3);
    const text = (await done(["stats", "greeter", ...at])).join("\n");
    assert.equal([...text.matchAll(/^greeter {2}tcp/gm)].length, 2);
    assert.ok(text.includes(other.endpoints[0] ?? ""));
    await greeter.stop();
    assert.deepEqual(await done(["call", "greeter", "Reverse", '{"field1":"ab"}', ...at]), [
      '{"field1":"ba"}',
    ]);
  });
});
