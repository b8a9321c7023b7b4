import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Subscriber } from "dividere/messaging";
import { Msg01 } from "../../gen/plain.js";
import { Child } from "../../support/child.js";
import { until } from "../../support/until.js";
import { within } from "../../support/within.js";

test("a crash between encoding and sending loses only what was not acknowledged as sent", async () => {
  const lines: string[] = [];
  const program = join(import.meta.dirname, "crash-child.ts");
  await using child = new Child(process.execPath, ["--import=tsx", program], {}, (line) => {
    lines.push(line);
  });
  await until(() => lines.length > 0, `the endpoint of ${child.describe()}`);
  await using subscriber = new Subscriber(lines[0] as string, [Msg01]);
  const got: number[] = [];
  const acknowledged = (): number[] =>
    lines.slice(1).map((line) => Number(line.slice("sent ".length)));
  // A publisher does not know its subscriber at first; the first message that arrives shows that it does.
  let commands = 0;
  const send = async (): Promise<void> => {
    child.write("send");
    commands++;
    await until(() => acknowledged().length === 3 * commands, "the acknowledgements");
  };
  do await send();
  while (!(await subscriber.wait(20)));
  const take = async (): Promise<void> => {
    while (await subscriber.wait(50)) got.push(Number((await subscriber.recv()).field1));
  };
  await take();
  await send();
  await take();
  child.write("crash");
  const { status } = await within(child.ended, "the crash");
  assert.equal(status, "SIGKILL");
  await take();
  const sent = acknowledged();
  assert.ok(sent.length >= 6);
  assert.deepEqual(
    sent,
    Array.from(sent.keys(), (index) => index + 1),
  );
  assert.deepEqual(got, sent.slice(-got.length));
  assert.ok(got.length >= 3);
});
