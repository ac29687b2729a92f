import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { takeIn } from "../../apps/page/feeds/kafkaFeed.ts";
import { buildPage, FakePage } from "../support/page/fakePage.ts";
import { alert, fakeWorld, message, reading, window } from "../support/page/fakeWorld.ts";
import { browserHere, openBrowser, troublesOf } from "../support/page/openBrowser.ts";

const browser = browserHere();
const WIDE = { width: 1440, height: 1000 };
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The page in a real browser, on a world that the test fills. */
describe.skipIf(browser === undefined).sequential("the page in a browser", () => {
  let chromium: Browser;
  let served: FakePage;
  let page: Page;
  let troubles: string[];

  beforeAll(async () => {
    await buildPage();
    if (browser) chromium = await openBrowser(browser);
  });
  afterAll(() => chromium?.close());
  beforeEach(async () => {
    served = await FakePage.serve(fakeWorld());
    page = await chromium.newPage({ viewport: WIDE });
    troubles = troublesOf(page, served.url);
    await open();
  });
  afterEach(async () => {
    await page.close();
    await served.stop();
    expect(troubles).toEqual([]);
  });

  async function open(search = ""): Promise<void> {
    await page.goto(served.url + search);
    await page.locator(".lanes tbody tr").first().waitFor();
  }
  const rows = () => page.locator(".episodes > li").count();
  const count = async () => Number(await page.locator("#episodes-title .count").innerText());

  it("shows in each cell the number of the rows that a click on it leaves in the list", async () => {
    const cells = page.locator(".lanes td button");
    const numbers = await cells.allInnerTexts();
    const some = numbers.flatMap((text, index) => (index % 7 === 0 || Number(text) > 3 ? [index] : []));
    expect(some.length).toBeGreaterThan(20);
    for (const index of some) {
      const cell = cells.nth(index);
      const expected = Number((await cell.innerText()) || 0);
      await cell.click();
      await page.locator(".cell.chosen").waitFor();
      expect([index, await rows(), await count()]).toEqual([index, expected, expected]);
      await cell.click();
    }
  });

  it("keeps host, range, filter and cell in its address", async () => {
    await page.selectOption(".controls select", "15m");
    await page.getByRole("button", { name: "sleepy", exact: true }).click();
    await page.getByLabel("State").selectOption("resolved");
    const shown = [new URL(page.url()).search, await count()];
    expect(shown[0]).toBe("?range=15m&host=sleepy&state=resolved");
    await page.reload();
    await page.locator(".chip", { hasText: "sleepy" }).waitFor();
    expect([new URL(page.url()).search, await count()]).toEqual(shown);
    expect(await page.locator("#series-title").innerText()).toContain("sleepy");
  });

  it("edits a threshold in place, with a preview and problems in words", async () => {
    await page.getByRole("button", { name: /threshold of doc/ }).click();
    const input = page.getByLabel("Threshold of doc, in percent");
    await input.fill("1");
    await page.getByText(/This value would have raised \d+ alerts in the last hour/).waitFor();
    await input.fill("101");
    await input.press("Enter");
    await page.getByText("Not changed: the threshold has to be percent from 0 to 100").waitFor();
    await input.fill("33.5");
    await input.press("Enter");
    await page.getByRole("button", { name: "Change the threshold of doc, now 33.5 %" }).waitFor();
    await page.getByText("in use within 5 s").waitFor();
    expect(served.world.thresholds.of("doc")).toBe(33.5);
  });

  it("silences an episode with a reason, shows it, and ends it", async () => {
    const firing = page.locator(".episode.firing").first();
    const name = await firing.locator(".series").innerText();
    await firing.getByRole("button", { name: `Silence ${name}` }).click();
    await page.getByLabel("because").fill("<b>maintenance</b>");
    await page.locator("form.edit").getByRole("button", { name: "Silence", exact: true }).click();
    await page.locator(".episode.silenced", { hasText: name }).waitFor();
    await page.locator(".silences li", { hasText: "<b>maintenance</b>" }).waitFor();
    await page.getByRole("button", { name: `End the silence of ${name}` }).click();
    await page.locator(".episode.firing", { hasText: name }).first().waitFor();
  });

  it("offers nothing to change if it is for looking only", async () => {
    await served.stop();
    served = await FakePage.serve(fakeWorld(), { readOnly: true }, served.port);
    await open();
    expect(await page.getByRole("button", { name: /Silence|Add a host|Change/ }).count()).toBe(0);
  });

  it("shows names, reasons and messages as text, whatever they are", async () => {
    const evil = `<img src=x onerror="document.title='owned'">`;
    const start = Math.floor(Date.now() / 30_000) * 30_000 - 60_000;
    takeIn(served.world, "aggregate", [window(evil, `"><script>alert(1)</script>`, start, 99, 99)]);
    takeIn(served.world, "alerts", [
      alert("raised", evil, "cpu1", start, start, { threshold: null, message: evil }),
    ]);
    takeIn(served.world, "quarantine", [
      message(evil, { headers: { reason: evil, partition: "0", offset: "9" } }),
    ]);
    await page.getByRole("button", { name: evil, exact: true }).click();
    await page.locator(".episode", { hasText: evil }).waitFor();
    await page.locator(".reasons", { hasText: evil }).waitFor();
    await page.reload();
    await page.locator(".chip", { hasText: evil }).waitFor();
    expect(await page.locator("img, script:not([src])").count()).toBe(0);
    expect(await page.title()).toBe("Streaming anomaly detection");
  });

  it("turns grey when its server is gone, says since when, and comes back by itself", async () => {
    const { port } = served;
    await served.stop();
    await page.getByText("Disconnected.").waitFor({ timeout: 10_000 });
    expect(await page.locator(".page.stale .lanes tbody tr").count()).toBeGreaterThan(0);
    served = await FakePage.serve(fakeWorld(), {}, port);
    await page.locator(".page:not(.stale)").waitFor({ timeout: 15_000 });
  });

  it("says within 10 seconds that no readings come, how old the newest is, and what to type", async () => {
    served.world.newestReadingAt = Date.now();
    await page.getByText("All well").waitFor();
    await page.getByText(/The newest came \d+ s ago/).waitFor({ timeout: 10_500 });
    await page.getByText("npm run generate -- --stack local").waitFor();
    takeIn(served.world, undefined, [reading("doc", "cpu1", 5, Date.now())]);
    await page.getByText("All well").waitFor();
  });

  it.each(["light", "dark"] as const)(
    "has no accessibility violations in the %s theme",
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      takeIn(served.world, undefined, [reading("doc", "cpu1", 5, Date.now())]);
      await page.getByRole("button", { name: "CPUs of doc" }).click();
      await page.locator("tr.cpu").first().waitFor();
      await page.locator("details").evaluate((details) => details.setAttribute("open", ""));
      await page.getByRole("button", { name: /threshold of doc/ }).click();
      await page
        .locator(".episode.firing")
        .getByRole("button", { name: /^Silence/ })
        .first()
        .click();
      // Not as a script of the page, which its policy refuses.
      await page.evaluate(AXE);
      const found = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as {
          axe: { run(options: object): Promise<{ violations: Violation[] }> };
        };
        interface Violation {
          id: string;
          nodes: { html: string; failureSummary: string }[];
        }
        const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
        const { violations } = await axe.run({ runOnly: { type: "tag", values: tags } });
        return violations.map(({ id, nodes }) => [
          id,
          nodes.slice(0, 3).map(({ html, failureSummary }) => [html, failureSummary]),
        ]);
      });
      expect(found).toEqual([]);
    },
  );

  it("can be used by keyboard alone", async () => {
    const focused = () =>
      page.evaluate(
        () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "",
      );
    for (
      let tabs = 0;
      tabs < 8 && !(await page.evaluate(() => document.activeElement?.classList.contains("name")));
      tabs++
    ) {
      await page.keyboard.press("Tab");
    }
    const host = await focused();
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toMatch(new RegExp(`^${host}, .* episodes?$`));
    await page.keyboard.press("Enter");
    await page.locator(".cell.chosen").waitFor();
    expect(new URL(page.url()).searchParams.get("host")).toBe(host);
    await page.keyboard.press("ArrowDown");
    expect(await focused()).not.toContain(`${host}, `);
  });

  it.each([360, 900, 2560])("fits a screen of %i pixels", async (width) => {
    await page.setViewportSize({ width, height: 800 });
    await page.locator(".uplot").first().waitFor();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
});
