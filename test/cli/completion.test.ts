import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RegistryClient, RegistryServer } from "dividere/registry";
import { run } from "../support/child.js";
import { TemporaryFolder } from "../support/temporary-folder.js";
import { missingTool } from "../support/toolchain.js";
import { done, failed } from "./support/dividere.js";
import { serveAll } from "./support/services.js";

const noBash = await missingTool("bash", [["bash", "-c", "complete -F x y"]]);
const noZsh = await missingTool("zsh", [["zsh", "--version"]]);
const noFish = await missingTool("fish", [["fish", "--version"]]);

/** Returns the candidates for the words of a command line; the last is the word at the cursor. */
async function candidates(...words: readonly string[]): Promise<readonly string[]> {
  const lines = await done(["__complete", "words", ...words]);
  return lines.map((line) => line.split("\t")[0] ?? "");
}

describe("completion", () => {
  test("offers commands, options, choices and files", async () => {
    assert.deepEqual(await candidates("re"), ["record", "replay", "registry"]);
    assert.deepEqual(await candidates("keys", ""), ["new", "show", "allow", "help"]);
    assert.deepEqual(await candidates("help", "re"), ["record", "replay", "registry"]);
    assert.deepEqual(await candidates("call", "--pro"), ["--proto", "--proto-path"]);
    assert.deepEqual(await candidates("completion", ""), ["bash", "zsh", "fish"]);
    assert.deepEqual(await candidates("call", "--proto", ""), [":files"]);
    assert.deepEqual(await candidates("replay", ""), [":files"]);
    assert.deepEqual(await candidates("call", "--timeout", ""), []);
  });

  test("offers services of the registry, their rpcs, and events", async () => {
    await using registry = new RegistryServer({ endpoint: "tcp://127.0.0.1:*" });
    await using services = serveAll();
    const { hostname, port } = new URL(services.endpoints[0] ?? "");
    await using client = new RegistryClient(registry.endpoint);
    for (const id of ["one", "two"]) {
      await client.registerInstance(
        { name: "all", id, host: hostname, port: Number(port) },
        { leaseMs: 120_000 },
      );
    }
    const at = ["--registry", registry.endpoint];
    assert.deepEqual(await candidates("call", ...at, ""), ["all"]);
    assert.deepEqual(await candidates("doctor", ...at, "a"), ["all"]);
    assert.deepEqual(await candidates("call", ...at, "all", "Re"), ["Reverse"]);
    assert.deepEqual(await candidates("pub", ...at, "tcp://127.0.0.1:1", "--reflect", "all", ""), [
      "Msg02",
      "Telegram",
    ]);
    const proto = ["--proto", "test/proto/plain.proto"];
    assert.deepEqual(await candidates("call", "x", ...proto, ""), ["Reverse", "Echo"]);
    assert.deepEqual(await candidates("call", "--registry", "tcp://127.0.0.1:1", ""), []);
  });

  test("works in bash, words with colons too", { skip: noBash }, async () => {
    const bash = async (line: string): Promise<string> => {
      const script = `eval "$(dividere completion bash)"
        COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}
        compopt() { echo "compopt $*"; }
        _dividere; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { status, stdout, stderr } = await run("bash", ["-c", script]);
      assert.deepEqual([status, stderr], [0, ""]);
      return stdout.trim();
    };
    assert.equal(await bash("dividere re"), "record\nreplay\nregistry");
    assert.equal(await bash("dividere 'keys' sh"), "show");
    assert.match(await bash("dividere call --proto "), /^compopt -o default/);
    assert.match(
      (await run("bash", ["-c", `eval "$(dividere completion bash)"; complete -p dividere`]))
        .stdout,
      /-F _dividere dividere/,
    );
  });

  test("works in zsh", { skip: noZsh }, async () => {
    using folder = new TemporaryFolder();
    folder.write(
      "test.zsh",
      `autoload -Uz compinit; compinit -D -u
      eval "$(dividere completion zsh)"
      _describe() { shift; print -l -- "\${(@P)1}" }
      _files() { print FILES }
      words=(dividere re); CURRENT=2; _dividere
      words=(dividere keys show ""); CURRENT=4; _dividere`,
    );
    const { stdout, stderr } = await run("zsh", ["-f", folder.file("test.zsh")]);
    assert.equal(stderr, "");
    assert.deepEqual(
      stdout
        .trim()
        .split("\n")
        .map((line) => line.split(":")[0]),
      ["record", "replay", "registry", "FILES"],
    );
  });

  test("works in fish", { skip: noFish }, async () => {
    const script = `dividere completion fish | source; complete -C "dividere re"; complete -C "dividere call --proto cli/pack"`;
    using home = new TemporaryFolder();
    const { stdout, stderr } = await run("fish", ["-c", script], { env: { HOME: home.path } });
    assert.equal(stderr, "");
    assert.deepEqual(
      stdout
        .trim()
        .split("\n")
        .map((line) => line.split("\t")[0])
        .sort(),
      ["cli/package.json", "record", "registry", "replay"],
    );
  });

  test("is for three shells", async () => {
    assert.equal((await failed(2, ["completion", "csh"])).code, "USAGE");
  });
});
