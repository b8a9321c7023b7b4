import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Publisher as BytesPublisher } from "dividere/connection";
import type { Browser } from "playwright-core";
import { GreeterPublisher } from "../../gen/plain_dividere.js";
import { noBrowser, OpenPage, startBrowser } from "../support/browser.js";
import { System } from "../support/system.js";

const local = "tcp://127.0.0.1:*";

describe("the view of events", { skip: noBrowser() }, () => {
  let browser: Browser;
  before(async () => {
    browser = await startBrowser();
  });
  after(async () => {
    await browser.close();
  });

  test("tells how to name a publisher while there is none", async () => {
    await using system = await System.start();
    await using opened = await OpenPage.open(browser, system.url, "#/events");
    await opened.page.getByText("The monitor listens to no publisher").waitFor();
  });

  test("shows events with their fields, filters them, and pauses", async () => {
    await using news = new GreeterPublisher(local);
    const subscribe = [...news.endpoints];
    await using system = await System.start({ subscribe });
    await using greeter = system.greeter();
    await using opened = await OpenPage.open(browser, system.url, "#/events");
    const { page } = opened;
    await schemaOf(opened, greeter.port);
    await page.getByText("connected", { exact: true }).waitFor();
    await news.waitForSubscribers(1);
    await page.getByText("No event has passed yet").waitFor();

    const rows = page.locator(".event-list > li");
    await news.announce({ field1: "first" });
    await news.telegraph({ text: "second" });
    await rows.filter({ hasText: '{"field1":"first"}' }).waitFor();
    await rows.filter({ hasText: '{"text":"second"}' }).waitFor();
    // The newest is on top.
    assert.match((await rows.first().textContent()) ?? "", /Telegram.*second/);
    await rows.first().locator("summary").click();
    await page.getByRole("region", { name: "The fields of event 2" }).waitFor();
    const detail = await rows.first().locator(".event-detail").textContent();
    assert.ok(detail?.includes(subscribe[0] ?? "?"), detail ?? "");

    const filter = page.getByLabel("Filter", { exact: true });
    await filter.fill("FIRST");
    await rows.filter({ hasText: "second" }).waitFor({ state: "detached" });
    assert.equal(await rows.count(), 1);
    await page.getByText("1 of 2 match.").waitFor();
    await filter.fill("nothing like it");
    await page.getByText("No event matches").waitFor();
    await filter.fill("");
    await page.getByLabel("Type").selectOption({ label: "Msg02 (1)" });
    await rows.filter({ hasText: "second" }).waitFor({ state: "detached" });
    await page.getByLabel("Type").selectOption({ label: "all types" });

    await page.getByRole("button", { name: "Pause" }).click();
    await news.announce({ field1: "third" });
    await page.getByText("paused, 1 newer.").waitFor();
    assert.equal(await rows.filter({ hasText: "third" }).count(), 0);
    await page.getByRole("button", { name: "Resume" }).click();
    await rows.filter({ hasText: "third" }).waitFor();
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByText("No event has passed yet").waitFor();
  });

  test("shows what a message contains as text", async () => {
    const hostile = `<script>window.hacked = 1</script><img src="/none" onerror="window.hacked = 1">`;
    await using news = new GreeterPublisher(local);
    await using system = await System.start({ subscribe: [...news.endpoints] });
    await using greeter = system.greeter();
    await using opened = await OpenPage.open(browser, system.url, "#/events");
    const { page } = opened;
    await schemaOf(opened, greeter.port);
    await news.waitForSubscribers(1);
    await news.announce({ field1: hostile });
    const row = page.locator(".event-list > li").first();
    await row.locator("summary").click();
    const fields = page.getByRole("region", { name: "The fields of event 1" });
    assert.ok((await fields.textContent())?.includes(JSON.stringify(hostile)));
    assert.equal(await page.evaluate("window.hacked"), undefined);
    assert.equal(await page.locator(".event-list img, .event-list script").count(), 0);
    assert.ok(!opened.requests.some((each) => each.endsWith("/none")));
  });

  test("shows a message that is no envelope, and one whose schema nobody tells", async () => {
    await using bytes = new BytesPublisher(local);
    await using news = new GreeterPublisher(local);
    const subscribe = [...bytes.endpoints, ...news.endpoints];
    await using system = await System.start({ subscribe });
    await using opened = await OpenPage.open(browser, system.url, "#/events");
    await bytes.waitForSubscribers(1);
    await bytes.send(Buffer.from("hello"));
    await opened.page.getByText("no envelope", { exact: true }).waitFor();
    await news.waitForSubscribers(1);
    await news.announce({ field1: "unknown" });
    await opened.page.getByText("No service that the monitor knows has the schema").waitFor();
  });
});

/** Waits until the monitor has the schema of a service: the form offers the service then. */
async function schemaOf({ page }: OpenPage, port: number): Promise<void> {
  await page.getByRole("link", { name: "Call" }).click();
  await page
    .getByRole("option", { name: `greeter at 127.0.0.1:${port}` })
    .waitFor({ state: "attached" });
  await page.getByRole("link", { name: "Events" }).click();
}
