import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { takeIn } from "../../apps/page/feeds/kafkaFeed.ts";
import { buildPage, FakePage } from "../support/page/fakePage.ts";
import { alert, fakeWorld, window } from "../support/page/fakeWorld.ts";
import { browserHere, openBrowser, troublesOf } from "../support/page/openBrowser.ts";

const browser = browserHere();
const WIDE = { width: 1440, height: 1000 };
/** Half an hour and several hours away from UTC, so that the two cannot be confused. */
const TIMEZONE = "Asia/Kolkata";
const HOUR_MS = 3_600_000;

/** What the mouse does in the charts, what a pause preserves, and which times are shown. */
describe.skipIf(browser === undefined).sequential("the page's charts and times", () => {
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
    served = await FakePage.serve(fakeWorld(), {}, { everyMs: 200 });
    page = await chromium.newPage({ viewport: WIDE, timezoneId: TIMEZONE });
    troubles = troublesOf(page, served.url);
    await page.goto(`${served.url}?range=1h&host=dopey&cpu=cpu1`);
    await page.locator(".uplot canvas").nth(1).waitFor();
  });
  afterEach(async () => {
    await page.close();
    await served.stop();
    expect(troubles).toEqual([]);
  });

  const chart = (index: number) => page.locator(".chart").nth(index);
  const boxOf = async (place: Locator) => {
    const box = await place.boundingBox();
    if (box === null) throw new Error("it is not on the page");
    return box;
  };
  /** A point in a chart, given as a share of its width. */
  const point = async (index: number, share: number) => {
    const { x, y, width, height } = await boxOf(chart(index).locator(".u-over"));
    return [x + 1 + share * (width - 2), y + height / 2] as const;
  };
  /** The time under the mouse at this position in a chart, epoch ms. */
  const timeAt = async (index: number, share: number) => {
    await page.mouse.move(...(await point(index, share)));
    return Date.parse(String(await chart(index).locator(".readout").getAttribute("title")));
  };
  const drag = async (index: number, from: number, to: number) => {
    await page.mouse.move(...(await point(index, from)));
    await page.mouse.down();
    await page.mouse.move(...(await point(index, (from + to) / 2)));
    await page.mouse.move(...(await point(index, to)));
    await page.mouse.up();
  };
  const shownTime = async (index: number) => (await timeAt(index, 1)) - (await timeAt(index, 0));
  const wholeRange = () => page.getByRole("button", { name: "Whole range" });

  it.each([
    [0, "the series"],
    [1, "the readings a second"],
  ])("zooms all charts by a drag in chart %i, %s, and back by a double click", async (dragged) => {
    const [from, to] = [await timeAt(0, 0.25), await timeAt(0, 0.5)];
    expect(to - from).toBeGreaterThan(HOUR_MS / 5);
    await drag(dragged, 0.25, 0.5);
    for (const index of [0, 1]) {
      // The chart draws the points that exist: one per window, or one every ten seconds.
      expect(Math.abs((await timeAt(index, 0)) - from)).toBeLessThan(60_000);
      expect(Math.abs((await timeAt(index, 1)) - to)).toBeLessThan(60_000);
    }
    // It stays while new data arrives.
    const start = Math.floor(Date.now() / 30_000) * 30_000 - 30_000;
    takeIn(served.world, "aggregate", [window("dopey", "cpu1", start, 12.3, 45.6)]);
    await page.locator(`.chart[aria-label*="12.3 percent"]`).waitFor({ state: "attached" });
    expect(await shownTime(0)).toBeLessThan(HOUR_MS / 3);
    await page.mouse.dblclick(...(await point(dragged, 0.5)));
    for (const index of [0, 1]) expect(await shownTime(index)).toBeGreaterThan(HOUR_MS * 0.9);
    expect(await wholeRange().isDisabled()).toBe(true);
  });

  it("zooms by buttons, and back to the whole range", async () => {
    expect(await wholeRange().isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Zoom in" }).click();
    await page.getByRole("button", { name: "Zoom in" }).click();
    for (const index of [0, 1]) expect(await shownTime(index)).toBeLessThan(HOUR_MS / 3);
    await page.getByRole("button", { name: "Zoom out" }).click();
    expect(await shownTime(0)).toBeGreaterThan(HOUR_MS / 3);
    await wholeRange().click();
    for (const index of [0, 1]) expect(await shownTime(index)).toBeGreaterThan(HOUR_MS * 0.9);
  });

  it("has one cross-hair for all charts, with the value of each there", async () => {
    const crossHair = async (index: number) => (await boxOf(chart(index).locator(".u-cursor-x"))).x;
    for (const [hovered, share] of [
      [0, 0.3],
      [1, 0.8],
    ] as const) {
      const time = await timeAt(hovered, share);
      const other = Date.parse(
        String(
          await chart(1 - hovered)
            .locator(".readout")
            .getAttribute("title"),
        ),
      );
      expect(Math.abs(time - other)).toBeLessThan(60_000);
      expect(Math.abs((await crossHair(0)) - (await crossHair(1)))).toBeLessThan(1);
      expect(await chart(0).locator(".readout").innerText()).toMatch(
        /^(\d+ \w+ )?\d\d:\d\d:\d\d .*maximum [\d.]+ % +average [\d.]+ %/,
      );
      expect(await chart(1).locator(".readout").innerText()).toMatch(/ 35 readings\/s of the whole stack$/);
    }
  });

  it("stands still while paused, and then shows everything that arrived in the meantime", async () => {
    const shown = () => page.locator("main").innerText();
    await page.goto(`${served.url}?range=1h`);
    await page.locator(".episode").first().waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("Paused at").waitFor();
    const before = await shown();
    const start = Math.floor(Date.now() / 30_000) * 30_000 - 60_000;
    takeIn(served.world, "alerts", [alert("raised", "doc", "cpu77", start, start)]);
    served.world.thresholds.replace([{ hostname: "doc", value: 12.5 }], Date.now());
    // Several updates.
    await page.waitForTimeout(1_000);
    expect(await shown()).toBe(before);
    await page.getByRole("button", { name: "Resume" }).click();
    await page.locator(".episode", { hasText: "doc/cpu77" }).waitFor();
    await page.getByRole("button", { name: "Change the threshold of doc, now 12.5 %" }).waitFor();
    // What the user asks for is still shown.
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "CPUs of sneezy" }).click();
    await page.locator("tr.cpu").first().waitFor();
    await page.getByRole("button", { name: "sneezy", exact: true }).click();
    await page.locator("#series-title", { hasText: "sneezy / " }).waitFor();
  });

  it("shows times of the local time zone, with UTC on hover", async () => {
    const local = new Intl.DateTimeFormat("en-GB", {
      timeZone: TIMEZONE,
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    const utc = (time: number) => `${new Date(time).toISOString().slice(0, 19).replace("T", " ")} UTC`;
    // Each group is read at once, because the page moves on.
    const times = await page.evaluate(() =>
      [...document.querySelectorAll("time")].map(({ dateTime, title, textContent }) => ({
        time: Date.parse(dateTime),
        title,
        text: textContent,
      })),
    );
    expect(times.length).toBeGreaterThanOrEqual(10);
    for (const { time, title, text } of times) {
      expect(title).toBe(utc(time));
      expect(text).toContain(local.format(time));
    }
    // Of a cell, and of the top of its column.
    const [label = "", title = "", head] = await page.evaluate(() => {
      const cell = document.querySelector<HTMLElement>(".lanes td button");
      return [
        cell?.ariaLabel ?? "",
        cell?.title ?? "",
        document.querySelector<HTMLElement>(".lanes thead th[title]")?.title,
      ];
    });
    const [, at] = /, (?:\d+ \w+ )?(\d\d:\d\d): /.exec(label) ?? [];
    const [, inUtc = ""] = /\((.* UTC)\)$/.exec(title) ?? [];
    expect(local.format(Date.parse(inUtc))).toBe(at);
    expect(head).toBe(inUtc);
    // Of the cross-hair.
    await page.mouse.move(...(await point(0, 0.5)));
    const readout = await chart(0)
      .locator(".readout")
      .evaluate((element: HTMLElement) => ({ title: element.title, text: element.innerText }));
    expect(readout.text).toContain(local.format(Date.parse(readout.title)));
  });
});
