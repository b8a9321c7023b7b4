import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { RequestContext } from "dividere/messaging";
import type { Browser, Page } from "playwright-core";
import { serveAll } from "../../cli/support/services.js";
import type { Msg01 } from "../../gen/plain.js";
import { Greeter } from "../../messaging/reactor/greeter.js";
import { until } from "../../support/until.js";
import { within } from "../../support/within.js";
import { noBrowser, OpenPage, startBrowser } from "../support/browser.js";
import { System } from "../support/system.js";

describe("the form for calls", { skip: noBrowser() }, () => {
  let browser: Browser;
  before(async () => {
    browser = await startBrowser();
  });
  after(async () => {
    await browser.close();
  });

  /** Opens the form for an rpc of a server with all kinds of rpcs. */
  async function openForm(path: string, run: (page: Page) => Promise<void>): Promise<void> {
    await using server = serveAll();
    await using system = await System.start({ endpoints: [...server.endpoints] });
    await using opened = await OpenPage.open(browser, system.url, "#/call/");
    const { page } = opened;
    await page.getByLabel("Rpc").selectOption(path);
    await page.getByRole("heading", { name: /^Request/ }).waitFor();
    await run(page);
  }

  test("says that nothing can be called yet", async () => {
    await using system = await System.start();
    await using opened = await OpenPage.open(browser, system.url, "#/call/");
    await opened.page.getByText("No service to call yet").waitFor();
  });

  test("makes a call and shows the result, its headers and its time", async () => {
    await openForm("Greeter/Reverse", async (page) => {
      await page.getByLabel("field1 string").fill("hello");
      await page.getByRole("button", { name: /^Call Reverse/ }).click();
      await page.getByText(/^OK, 1 message in [\d.]+ m?s$/).waitFor();
      assert.deepEqual(await answers(page), [{ field1: "olleh" }]);
      assert.match((await page.getByLabel("trailers").textContent()) ?? "", /length5/);
    });
  });

  test("shows the error of a call", async () => {
    await openForm("Greeter/Reverse", async (page) => {
      await page.getByRole("button", { name: /^Call Reverse/ }).click();
      await page.getByText(/^INVALID_ARGUMENT after/).waitFor();
      await page.getByText("The text is empty").waitFor();
      assert.deepEqual(await answers(page), []);
    });
  });

  test("has an input for each kind of field", async () => {
    await openForm("Greeter/Echo", async (page) => {
      await page.getByLabel("aDouble double").fill("1.5");
      await page.getByLabel("anInt64 int64").fill("-9007199254740993");
      await page.getByLabel("aBool").check();
      await page.getByLabel("aString string").fill("ā <b>");
      await page.getByLabel("someBytes bytes").fill("AQI=");
      await page.getByRole("button", { name: /^Call Echo/ }).click();
      await page.getByText(/^OK/).waitFor();
      const [scalars] = (await answers(page)) as Record<string, unknown>[];
      const { aDouble, anInt64, aBool, aString, someBytes, anInt32 } = scalars ?? {};
      assert.deepEqual(
        { aDouble, anInt64, aBool, aString, someBytes, anInt32 },
        {
          aDouble: 1.5,
          anInt64: "-9007199254740993",
          aBool: true,
          aString: "ā <b>",
          someBytes: "AQI=",
          anInt32: 0,
        },
      );
      await page.getByLabel("anInt32 int32").fill("many");
      await page.getByRole("button", { name: /^Call Echo/ }).click();
      await page.getByText(/^JSON_INVALID/).waitFor();
      await page.getByText(/Request 1 is no Scalars/).waitFor();
    });
  });

  test("takes the request as JSON, and keeps it between form and JSON", async () => {
    await openForm("Greeter/Reverse", async (page) => {
      await page.getByLabel("field1 string").fill("from the form");
      await page.getByLabel("JSON", { exact: true }).check();
      const text = page.getByLabel("The request as JSON");
      assert.deepEqual(JSON.parse(await text.inputValue()), { field1: "from the form" });
      await text.fill("{ field1: ");
      assert.ok(await page.getByRole("button", { name: /^Call Reverse/ }).isDisabled());
      await text.fill('{ "field1": "json" }');
      await page.getByRole("button", { name: /^Call Reverse/ }).click();
      await page.getByText(/^OK/).waitFor();
      assert.deepEqual(await answers(page), [{ field1: "nosj" }]);
      await page.getByLabel("Form", { exact: true }).check();
      assert.equal(await page.getByLabel("field1 string").inputValue(), "json");
    });
  });

  test("shows a stream of responses", async () => {
    await openForm("Log/Follow", async (page) => {
      await page.getByLabel(/^lastLines/).fill("3");
      await page.getByRole("button", { name: /^Call Follow/ }).click();
      await page.getByText(/^OK, 3 messages/).waitFor();
      const texts = ((await answers(page)) as { text: string }[]).map(({ text }) => text);
      assert.deepEqual(texts, ["line 1", "line 2", "line 3"]);
    });
  });

  test("ends a stream that goes on for ever", async () => {
    await openForm("Log/Follow", async (page) => {
      await page.getByRole("button", { name: /^Call Follow/ }).click();
      await page.getByText(/^TOO_MANY/).waitFor();
      assert.equal((await answers(page)).length, 500);
    });
  });

  test("cancels a call, which the service gets to know", async () => {
    await using hanging = new HangingGreeter({ serve: "tcp://127.0.0.1:*" });
    await using system = await System.start({ endpoints: [...hanging.endpoints] });
    await using opened = await OpenPage.open(browser, system.url, "#/call/");
    const { page } = opened;
    await page.getByRole("button", { name: /^Call Reverse/ }).click();
    const signal = await within(hanging.called, "the call");
    await page.getByText("waiting, 0 messages so far").waitFor();
    await page.getByRole("button", { name: "Cancel the call" }).click();
    await page.getByText(/^CANCELLED after/).waitFor();
    await until(() => signal.aborted, "the abortion of the handler's signal");
  });

  test("sends a stream of requests", async () => {
    await openForm("Chat/Talk", async (page) => {
      await page.getByRole("button", { name: "Add a message" }).click();
      await page.getByLabel("text string").first().fill("hello");
      await page.getByLabel("text string").last().fill("bye");
      await page.getByRole("button", { name: /^Call Talk/ }).click();
      await page.getByText(/^OK, 2 messages/).waitFor();
      const texts = ((await answers(page)) as { text: string }[]).map(({ text }) => text);
      assert.deepEqual(texts, ["hello", "bye"]);
    });
  });

  test("shows what an answer contains as text", async () => {
    await openForm("Greeter/Reverse", async (page) => {
      const hostile = ">tpircs/<1 = dekcah.wodniw>tpircs<";
      await page.getByLabel("field1 string").fill(hostile);
      await page.getByRole("button", { name: /^Call Reverse/ }).click();
      await page.getByText(/^OK/).waitFor();
      assert.deepEqual(await answers(page), [{ field1: "<script>window.hacked = 1</script>" }]);
      assert.equal(await page.evaluate("window.hacked"), undefined);
      assert.equal(await page.locator(".response script").count(), 0);
    });
  });
});

/** Hangs in every call. */
class HangingGreeter extends Greeter {
  onCall!: (signal: AbortSignal) => void;
  /** Fulfilled by the first call, with its signal. */
  readonly called = new Promise<AbortSignal>((resolve) => {
    this.onCall = resolve;
  });

  override handleMsg01(_msg: Msg01, { signal }: RequestContext): Promise<Msg01> {
    this.onCall(signal);
    return new Promise(() => {});
  }
}

/** Returns the messages of the response, parsed again from what the page shows. */
async function answers(page: Page): Promise<unknown[]> {
  const texts = await page
    .getByRole("region", { name: "A message of the response" })
    .allTextContents();
  return texts.map((text) => JSON.parse(text));
}
