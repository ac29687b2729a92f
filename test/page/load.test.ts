import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildPage, FakePage } from "../support/page/fakePage.ts";
import { fakeWorld } from "../support/page/fakeWorld.ts";
import { countUpdates, fillWithSeries, followUpdates } from "../support/page/manyUpdates.ts";
import { browserHere, openBrowser } from "../support/page/openBrowser.ts";

const browser = browserHere();

/** The page in a real browser, under more load than usual. */
describe.skipIf(browser === undefined).sequential("the page under load", () => {
  let chromium: Browser;
  let page: Page;

  beforeAll(async () => {
    await buildPage();
    if (browser) chromium = await openBrowser(browser);
  });
  afterAll(() => chromium?.close());
  beforeEach(async () => {
    page = await chromium.newPage({ viewport: { width: 1440, height: 1000 } });
  });
  afterEach(() => page.close());

  // npm run bench -- tab makes 36,000.
  it("takes no more memory after thousands of updates, and still draws frames", async () => {
    const served = await FakePage.serve(fakeWorld(), {}, { everyMs: 1 });
    try {
      await countUpdates(page);
      await page.goto(served.url);
      await page.locator(".uplot canvas").nth(1).waitFor();
      const [early, late] = await followUpdates(page, served, [500, 2_500]);
      if (early === undefined || late === undefined) throw new Error("the page was not followed");
      // Less than a kilobyte and a third of a node per update: a leak would be larger. New episodes are rows.
      expect(late.heapMegabytes - early.heapMegabytes).toBeLessThan(2);
      expect(late.nodes - early.nodes).toBeLessThan(700);
      expect(late.listeners - early.listeners).toBeLessThan(100);
      expect(late.framesPerSecond).toBeGreaterThan(5);
    } finally {
      await served.stop();
    }
  });

  it("says why it shows nothing if twenty tabs show the page already, and shows it when one has left", async () => {
    const served = await FakePage.serve(fakeWorld());
    const [first, others] = [new AbortController(), new AbortController()];
    const open = async ({ signal }: AbortController) => {
      const { body } = await fetch(`${served.url}/api/events`, { signal });
      await body?.getReader().read();
    };
    try {
      await Promise.all([open(first), ...Array.from({ length: 19 }, () => open(others))]);
      await page.goto(served.url);
      await page.getByText("At most 20 tabs can show the page at the same time: close some.").waitFor();
      // Longer than the page waits for a server that is silent.
      await page.waitForTimeout(6_000);
      expect(await page.locator(".verdict").innerText()).toMatch(/^Not connected\. At most 20 tabs/);
      first.abort();
      await page.locator(".uplot canvas").nth(1).waitFor();
    } finally {
      others.abort();
      await served.stop();
    }
  });

  it("shows how many of 10,000 hosts it leaves out", async () => {
    const world = fakeWorld();
    const hosts = Array.from({ length: 10_000 }, (_, index) => ({ hostname: `host${index}`, value: 50 }));
    world.thresholds.replace(hosts, Date.now());
    fillWithSeries(world, Math.floor(Date.now() / 30_000) * 30_000 - 60_000);
    const served = await FakePage.serve(world);
    try {
      await page.goto(served.url);
      await page.getByText("The page keeps 5,000 series, and there are more").waitFor();
      expect(await page.locator(".lanes tr.host").count()).toBe(40);
      await page.getByText("50 of 10,000 hosts.").waitFor();
      await page.getByLabel("Find").fill("host9876");
      await page.getByRole("button", { name: "Change the threshold of host9876, now 50 %" }).waitFor();
      expect(await page.locator(".thresholds > li").count()).toBe(1);
      await page.goto(`${served.url}?host=nobody`);
      await page.getByText("There is no data for the selection: the page keeps 5,000 series").waitFor();
    } finally {
      await served.stop();
    }
  });
});
