import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { serveAll } from "../../cli/support/services.js";
import { GreeterPublisher, GreeterRequest } from "../../gen/plain_dividere.js";
import { noBrowser, OpenPage, startBrowser } from "../support/browser.js";
import { System } from "../support/system.js";

const views = ["#/", "#/service/greeter", "#/topology", "#/events", "#/call/"];

describe("every view", { skip: noBrowser() }, () => {
  let browser: Browser;
  before(async () => {
    browser = await startBrowser();
  });
  after(async () => {
    await browser.close();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`has no serious fault that axe finds, in ${colorScheme}`, async () => {
      await withEverything(browser, { colorScheme }, async (page, view) => {
        const { violations } = await new AxeBuilder({ page }).analyze();
        const serious = violations
          .filter(({ impact }) => impact === "serious" || impact === "critical")
          .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
        assert.deepEqual(serious, [], view);
      });
    });
  }

  test("has no serious fault that axe finds, on a phone", async () => {
    await withEverything(browser, { width: 360, height: 740 }, async (page, view) => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations.filter(
        ({ impact }) => impact === "serious" || impact === "critical",
      );
      assert.deepEqual(
        serious.map(({ id }) => id),
        [],
        view,
      );
    });
  });

  test("fits a phone's width without scrolling sideways", async () => {
    await withEverything(browser, { width: 360, height: 740 }, async (page, view) => {
      const { needed, given } = (await page.evaluate(
        "({ needed: document.documentElement.scrollWidth, given: innerWidth })",
      )) as { needed: number; given: number };
      assert.ok(needed <= given, `${view} is ${needed} pixels wide`);
      assert.equal(await page.getByRole("table").count(), 0, view);
    });
  });

  test("is used by keyboard alone: from the page's top to the answer of a call", async () => {
    await using server = serveAll();
    await using system = await System.start({ endpoints: [...server.endpoints] });
    await using opened = await OpenPage.open(browser, system.url);
    const { page } = opened;
    await page.getByRole("link", { name: "greeter", exact: true }).waitFor();
    await page.keyboard.press("Tab");
    assert.equal(await focused(page), "Skip to the content");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate("document.activeElement.id"), "main");
    await page.keyboard.press("Shift+Tab");
    await tabTo(page, "Call", "Shift+Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Call" }).waitFor();
    // The new view has the focus.
    assert.equal(await page.evaluate("document.activeElement.id"), "main");
    await page.getByLabel("field1 string").waitFor();
    await tabTo(page, "field1 string", "Tab");
    await page.keyboard.type("keys");
    await page.keyboard.press("Control+Enter");
    await page.getByText(/^OK, 1 message/).waitFor();
    const answer = page.getByRole("region", { name: "A message of the response" });
    assert.deepEqual(JSON.parse((await answer.textContent()) ?? ""), { field1: "syek" });
    await tabTo(page, "A message of the response", "Tab");
  });

  test("shows where the focus is", async () => {
    await using system = await System.start();
    await using opened = await OpenPage.open(browser, system.url, "#/events");
    const { page } = opened;
    for (let at = 0; at < 6; at++) {
      await page.keyboard.press("Tab");
      const width = await page.evaluate("getComputedStyle(document.activeElement).outlineWidth");
      assert.equal(width, "2px", await focused(page));
    }
  });
});

/** Opens each view while services run, fail and publish, and waits until it shows them. */
async function withEverything(
  browser: Browser,
  look: { width?: number; height?: number; colorScheme?: "light" | "dark" },
  check: (page: Page, view: string) => Promise<void>,
): Promise<void> {
  await using server = serveAll();
  await using news = new GreeterPublisher("tcp://127.0.0.1:*");
  await using system = await System.start({
    endpoints: [...server.endpoints, "tcp://127.0.0.1:9"],
    subscribe: [...news.endpoints],
  });
  await using greeter = system.greeter({ subscribe: [...news.endpoints], version: "1.0.0" });
  await using client = new GreeterRequest(`tcp://127.0.0.1:${greeter.port}`);
  await client.reverse({ field1: "hello" });
  await assert.rejects(client.reverse({ field1: "" }), { status: "INVALID_ARGUMENT" });
  await news.waitForSubscribers(2);
  await news.announce({ field1: `a long text ${"without-a-gap".repeat(20)}` });
  for (const view of views) {
    await using opened = await OpenPage.open(browser, system.url, view, look);
    await ready(opened.page, view);
    await check(opened.page, view);
  }
}

async function ready(page: Page, view: string): Promise<void> {
  switch (view) {
    case "#/":
      await page.getByText("no answer").waitFor();
      await page.getByRole("link", { name: "greeter", exact: true }).first().waitFor();
      break;
    case "#/service/greeter":
      await page.getByText("INVALID_ARGUMENT 1").waitFor();
      break;
    case "#/topology":
      await page.getByText("This monitor").last().waitFor();
      break;
    case "#/events":
      await page.locator(".event-list summary").first().click();
      await page.locator(".event-detail").waitFor();
      break;
    default:
      await page.getByRole("button", { name: /^Call / }).click();
      await page.getByText(/^(OK|INVALID_ARGUMENT)/).waitFor();
  }
}

/** Presses a key until the focus is at the control of a name. */
async function tabTo(page: Page, name: string, key: string): Promise<void> {
  const seen: string[] = [];
  for (let at = 0; at < 40; at++) {
    if ((await focused(page)) === name) return;
    await page.keyboard.press(key);
    seen.push(await focused(page));
  }
  assert.fail(`${key} does not lead to ${name}, but to ${seen.join(", ")}`);
}

/** Returns the name of the control that has the focus. */
async function focused(page: Page): Promise<string> {
  return (await page.evaluate(
    "(({ ariaLabel, labels, textContent }) => (ariaLabel ?? labels?.[0]?.querySelector('span')?.textContent ?? textContent).trim())(document.activeElement)",
  )) as string;
}
