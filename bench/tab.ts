import { buildPage, FakePage } from "../test/support/page/fakePage.ts";
import { fakeWorld } from "../test/support/page/fakeWorld.ts";
import { countUpdates, followUpdates } from "../test/support/page/manyUpdates.ts";
import { browserHere, openBrowser } from "../test/support/page/openBrowser.ts";
import type { Report } from "./support/report.ts";

/** The last is the number of updates in eight hours. */
const MARKS = [1_000, 10_000, 36_000];

/** What a tab with the live page holds after as many updates as arrive in eight hours. */
export async function tab(report: Report): Promise<void> {
  await buildPage();
  const browser = browserHere();
  if (browser === undefined) return;
  const chromium = await openBrowser(browser);
  const served = await FakePage.serve(fakeWorld(), {}, { everyMs: 1 });
  try {
    const opened = await chromium.newPage({ viewport: { width: 1440, height: 1000 } });
    await countUpdates(opened);
    await opened.goto(served.url);
    for (const { updates, heapMegabytes, nodes, framesPerSecond } of await followUpdates(
      opened,
      served,
      MARKS,
    )) {
      const figures = { "MB heap": heapMegabytes, "DOM nodes": nodes, "frames/s": framesPerSecond };
      report.add(`tab after ${updates} updates`, figures);
    }
  } finally {
    await chromium.close();
    await served.stop();
  }
}
