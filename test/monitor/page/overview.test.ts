import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser } from "playwright-core";
import { GreeterRequest } from "../../gen/plain_dividere.js";
import { noBrowser, OpenPage, startBrowser } from "../support/browser.js";
import { System } from "../support/system.js";

describe("the overview", { skip: noBrowser() }, () => {
  let browser: Browser;
  before(async () => {
    browser = await startBrowser();
  });
  after(async () => {
    await browser.close();
  });

  test("tells the next step while no service is there", async () => {
    await using system = await System.start();
    await using opened = await OpenPage.open(browser, system.url);
    await opened.page.getByText("No service is registered yet").waitFor();
    await opened.page.getByText(`registers at ${system.registry.endpoint}`).waitFor();
  });

  test("shows services as they come and go, and the happenings", async () => {
    await using system = await System.start();
    await using opened = await OpenPage.open(browser, system.url);
    const { page } = opened;
    const services = page.getByRole("region", { name: "Services" });
    const happenings = page.getByRole("region", { name: "Comings and goings" });

    await using first = system.greeter({ version: "1.4.2" });
    const row = services.getByRole("row").filter({ hasText: `127.0.0.1:${first.port}` });
    await row.getByText("up", { exact: true }).waitFor();
    await row.getByText("1.4.2").waitFor();
    await happenings.getByText(`came at tcp://127.0.0.1:${first.port}`).waitFor();

    await using second = system.greeter();
    await services.getByText("2 instances").waitFor();
    await services
      .getByRole("row")
      .filter({ hasText: `:${second.port}` })
      .waitFor();

    await first.stop();
    await row.waitFor({ state: "detached" });
    await services.getByText("1 instance ·").waitFor();
    await happenings.getByText(`left tcp://127.0.0.1:${first.port}`).waitFor();
  });

  test("shows calls and errors a second, and latencies", async () => {
    await using system = await System.start();
    await using greeter = system.greeter();
    await using opened = await OpenPage.open(browser, system.url);
    const { page } = opened;
    await page.getByRole("region", { name: "Services" }).getByText("up", { exact: true }).waitFor();
    await using client = new GreeterRequest(`tcp://127.0.0.1:${greeter.port}`);
    const load = steadyLoad(client);
    try {
      const tile = (label: string) => page.locator(".tile").filter({ hasText: label });
      await tile("Calls a second")
        .locator("b")
        .filter({ hasText: /^[1-9]/ })
        .waitFor();
      await tile("Errors a second")
        .locator("b")
        .filter({ hasText: /^[1-9]/ })
        .waitFor();
      await tile("Latency, p99")
        .locator("b")
        .filter({ hasText: /^[\d.]+ m?s$/ })
        .waitFor();
      await page.getByRole("img", { name: /^Calls and events: calls [1-9]/ }).waitFor();
      await page.getByRole("img", { name: /^Latency: p50 [\d.]+ m?s/ }).waitFor();
      await page
        .getByRole("img", { name: /^[1-9][\d.,]* calls and events a second now/ })
        .waitFor();
      const plot = page.locator(".plot canvas").first();
      assert.ok(((await plot.boundingBox())?.width ?? 0) > 300);
    } finally {
      await load.stop();
    }
  });

  test("a service's view shows its rpcs, its failures and its instances", async () => {
    await using system = await System.start();
    await using greeter = system.greeter({ version: "2.0.0" });
    await using client = new GreeterRequest(`tcp://127.0.0.1:${greeter.port}`);
    await client.reverse({ field1: "hello" });
    await assert.rejects(client.reverse({ field1: "" }), { status: "INVALID_ARGUMENT" });
    await using opened = await OpenPage.open(browser, system.url);
    const { page } = opened;
    await page.getByRole("link", { name: "greeter", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "greeter" }).waitFor();
    const row = page.getByRole("row").filter({ hasText: "Greeter/Reverse" });
    await row.getByText("INVALID_ARGUMENT 1").waitFor();
    await row.getByText("Msg01 → Msg01").waitFor();
    const cells = await row.getByRole("cell").allInnerTexts();
    assert.deepEqual([cells[1], cells[3]], ["2", "1"]);
    assert.match(cells[6] ?? "", /^[\d.]+ m?s$/);
    const announce = page.getByRole("row").filter({ hasText: "Greeter/Announce" });
    await announce.getByText("event Msg02").waitFor();
    const instance = page.getByRole("listitem").filter({ hasText: `127.0.0.1:${greeter.port}` });
    await instance.getByText(`${process.pid} on`).first().waitFor();
    await instance.getByText("2.0.0").first().waitFor();
    await instance.getByText("Router").first().waitFor();
  });

  test("tells that the registry is lost, and that the monitor is", async () => {
    const system = await System.start();
    await using opened = await OpenPage.open(browser, system.url);
    const { page } = opened;
    await page.getByText("registry", { exact: true }).waitFor();
    await system.registry.stop();
    await page.getByRole("alert").getByText("does not answer").waitFor();
    await page.getByText("registry lost").waitFor();
    // The browser reports each attempt to connect again.
    opened.expectErrors();
    await system.monitor.close();
    await page.getByText("reconnecting").waitFor();
  });
});

/** Calls without a pause, and fails every fifth call. */
function steadyLoad(client: GreeterRequest): { stop(): Promise<void> } {
  let stopped = false;
  const run = async (): Promise<void> => {
    for (let count = 0; !stopped; count++) {
      const text = count % 5 === 0 ? "" : "hello";
      await client.reverse({ field1: text }).catch((error: { status?: string }) => {
        assert.equal(error.status, "INVALID_ARGUMENT");
      });
    }
  };
  const running = run();
  return {
    stop: () => {
      stopped = true;
      return running;
    },
  };
}
