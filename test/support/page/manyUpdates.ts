import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { takeIn } from "../../../apps/page/feeds/kafkaFeed.ts";
import { MOST_SERIES } from "../../../apps/page/model/seriesStore.ts";
import type { FakePage } from "./fakePage.ts";
import { alert, reading, window } from "./fakeWorld.ts";

/** What a tab holds at some point, after a garbage collection. */
export interface TabState {
  readonly updates: number;
  readonly heapMegabytes: number;
  readonly nodes: number;
  readonly listeners: number;
  /** Frames per second since the previous state. */
  readonly framesPerSecond: number;
}

interface Counted {
  updates: number;
  frames: number;
}

/** As text, because a compiler may make functions call its own helpers, which a page does not have. */
const COUNTING = `
  const counted = { updates: 0, frames: 0 };
  const Original = EventSource;
  class Counting extends Original {
    constructor(address) {
      super(address);
      this.addEventListener("tick", () => counted.updates++);
    }
  }
  Object.assign(globalThis, { counted, EventSource: Counting });
  const frame = () => {
    counted.frames++;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
`;

/** Makes a page count its updates and frames; to be called before it is opened. */
export async function countUpdates(page: Page): Promise<void> {
  await page.addInitScript({ content: `{${COUNTING}}` });
}

const countedIn = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { counted: Counted }).counted);

/**
 * Follows a page over many updates, while readings, windows and alerts keep arriving in its world.
 *
 * @param marks numbers of updates after which to inspect the tab
 */
export async function followUpdates(
  page: Page,
  { world }: FakePage,
  marks: readonly number[],
): Promise<TabState[]> {
  const states: TabState[] = [];
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  let before = { frames: (await countedIn(page)).frames, at: performance.now() };
  for (const mark of marks) {
    let counted = await countedIn(page);
    for (; counted.updates < mark; counted = await countedIn(page)) {
      change(world, counted.updates);
      await sleep(20);
    }
    const at = performance.now();
    const framesPerSecond = ((counted.frames - before.frames) / (at - before.at)) * 1000;
    await session.send("HeapProfiler.collectGarbage");
    const { metrics } = await session.send("Performance.getMetrics");
    const metric = (name: string) => metrics.find((each) => each.name === name)?.value ?? Number.NaN;
    states.push({
      updates: counted.updates,
      heapMegabytes: metric("JSHeapUsedSize") / 2 ** 20,
      nodes: metric("Nodes"),
      listeners: metric("JSEventListeners"),
      framesPerSecond,
    });
    before = { frames: counted.frames, at: performance.now() };
  }
  return states;
}

/** What arrives in a second: readings, and now and then a window or an episode that begins and ends. */
function change(world: FakePage["world"], step: number): void {
  const now = Date.now();
  const [hostname, cpu] = [step % 2 ? "doc" : "grumpy", `cpu${(step % 5) + 1}`];
  takeIn(world, undefined, [reading(hostname, cpu, (step * 7) % 100, now)]);
  const start = Math.floor(now / 30_000) * 30_000 - 30_000;
  takeIn(world, "aggregate", [window(hostname, cpu, start, (step * 3) % 100, 99)]);
  const event = step % 40 < 20 ? "raised" : "cleared";
  takeIn(world, "alerts", [alert(event, "dopey", `cpu${(step % 5) + 1}`, start, start, { actual: 95 })]);
}

/** More series than a page keeps, each with one window. */
export function fillWithSeries(world: FakePage["world"], start: number): void {
  for (let index = 0; index < MOST_SERIES + 100; index++) {
    takeIn(world, "aggregate", [window(`host${index}`, "cpu1", start, index % 100, 99)]);
  }
}
