import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Publisher, Subscriber } from "dividere/messaging";
import { Msg01, Telegram } from "../../gen/plain.js";
import { noPython } from "../../support/python.js";
import { until } from "../../support/until.js";
import { message, PythonObjects, type PythonValue } from "../support/objects.js";

const soon = { timeoutMs: 10_000 };

describe("messages of one turn", { skip: await noPython() }, () => {
  test("reach Python's subscriber one by one, beside one of ours, when it comes and after it has gone", async () => {
    await using publisher = new Publisher("tcp://127.0.0.1:*", [Msg01, Telegram]);
    await using ours = new Subscriber(publisher.endpoints, [Msg01, Telegram]);
    await publisher.waitForSubscribers(1, { ...soon, type: Msg01 });
    await publisher.waitForSubscribers(1, { ...soon, type: Telegram });
    let number = 0;
    const sent: string[] = [];
    const burst = async (): Promise<string[]> => {
      const texts = Array.from({ length: 5 }, () => String(++number));
      sent.push(...texts);
      await Promise.all(
        texts.map((text, index) =>
          index < 3
            ? publisher.send(Telegram.create({ text }))
            : publisher.send(Msg01.create({ field1: text })),
        ),
      );
      return texts;
    };
    const textOf = (given: PythonValue | Msg01 | Telegram): unknown => {
      const { field1, text } = (
        given !== null && typeof given === "object" && "fields" in given ? given.fields : given
      ) as { field1?: string; text?: string };
      return field1 ?? text;
    };
    await burst();
    {
      await using python = await PythonObjects.start();
      await python.make("all", "messaging.Subscriber", publisher.endpoints);
      await publisher.connector.waitForSubscribers(3, soon);
      const texts = await burst();
      for (const text of texts) assert.equal(textOf(await python.call("all", "recv")), text);
    }
    const known = () => publisher.connector.subscriptionCount();
    await until(() => known() === 2, "the end of Python's subscription");
    await burst();
    await using python = await PythonObjects.start();
    // Python's filter for a name of eight letters.
    const filtered = message("Telegram", { text: "" });
    await python.make("some", "messaging.Subscriber", [
      publisher.endpoints[0] as string,
      [filtered],
    ]);
    await publisher.waitForSubscribers(2, { ...soon, type: Telegram });
    for (const text of (await burst()).slice(0, 3))
      assert.equal(textOf(await python.call("some", "recv")), text);
    const got: unknown[] = [];
    while (got.length < sent.length) got.push(textOf(await ours.recv(soon)));
    assert.deepEqual(got, sent);
  });
});
