import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { skipReason } from "../../support/toolchain.js";

/** Where Debian and others put their Chromium. */
const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const executablePath = process.env["CHROMIUM"] ?? places.find((path) => existsSync(path));

/**
 * Why the tests with a browser cannot run here, or false when they can.
 *
 * @throws in CI (where the variable CI is set), instead of giving a reason
 */
export function noBrowser(): string | false {
  const reason =
    executablePath === undefined
      ? "Chromium is not installed; install Debian's package chromium, or set CHROMIUM to its path"
      : undefined;
  return skipReason("a browser", reason);
}

/** How a page is looked at. */
export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
}

/** An open page. It fails the test, when it closes, for errors of the page and for requests to elsewhere. */
export class OpenPage implements AsyncDisposable {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #origin: string;
  readonly #requests: string[] = [];
  readonly #errors: string[] = [];
  #areErrorsExpected = false;

  private constructor(context: BrowserContext, page: Page, origin: string) {
    this.#context = context;
    this.page = page;
    this.#origin = origin;
    page.setDefaultTimeout(20_000);
    page.on("pageerror", (error) => this.#errors.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") this.#errors.push(message.text());
    });
    context.on("request", (request) => this.#requests.push(request.url()));
  }

  /** Opens a view of the monitor, such as `#/events`, and waits for its first data. */
  static async open(
    browser: Browser,
    url: string,
    view = "#/",
    look: Look = {},
  ): Promise<OpenPage> {
    const { width = 1_280, height = 800, colorScheme = "light" } = look;
    const context = await browser.newContext({ viewport: { width, height }, colorScheme });
    const opened = new OpenPage(context, await context.newPage(), new URL(url).origin);
    await opened.page.goto(url + view);
    await opened.page.getByText("live", { exact: true }).waitFor();
    return opened;
  }

  /** The addresses that were asked for so far. */
  get requests(): readonly string[] {
    return this.#requests;
  }

  /** Says that errors are expected, before the test provokes them. */
  expectErrors(): void {
    this.#areErrorsExpected = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
    const foreign = this.#requests.filter((each) => new URL(each).origin !== this.#origin);
    assert.deepEqual(foreign, [], "requests to elsewhere");
    if (!this.#areErrorsExpected) assert.deepEqual(this.#errors, [], "errors of the page");
  }
}

/** Starts the browser; the caller closes it. */
export async function startBrowser(): Promise<Browser> {
  assert.ok(executablePath !== undefined);
  // Chromium's sandbox needs rights that root in a container does not have; the pages are our own.
  return await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
}
