import { after, before, describe, test } from "node:test";
import type { Browser } from "playwright-core";
import { GreeterPublisher } from "../../gen/plain_dividere.js";
import { noBrowser, OpenPage, startBrowser } from "../support/browser.js";
import { System } from "../support/system.js";

describe("the topology", { skip: noBrowser() }, () => {
  let browser: Browser;
  before(async () => {
    browser = await startBrowser();
  });
  after(async () => {
    await browser.close();
  });

  test("draws and lists who is connected to whom", async () => {
    await using news = new GreeterPublisher("tcp://127.0.0.1:*");
    const [endpoint = ""] = news.endpoints;
    const address = endpoint.replace("tcp://", "");
    await using system = await System.start({ subscribe: [endpoint] });
    await using greeter = system.greeter({ subscribe: endpoint });
    await using opened = await OpenPage.open(browser, system.url, "#/topology");
    const { page } = opened;
    const here = `127.0.0.1:${greeter.port}`;
    await page.getByRole("link", { name: `greeter, ${here}` }).waitFor();
    await page.locator(".edge.lists").waitFor({ state: "attached" });
    const events = page.locator(".connections > ul > li").filter({ hasText: "sends events to" });
    const fromNews = events.filter({ hasText: address });
    await fromNews.getByText(here).waitFor();
    await fromNews.getByText("This monitor").waitFor();
    await greeter.stop();
    await page.getByText("Nothing to connect yet").waitFor();
  });
});
