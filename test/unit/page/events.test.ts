import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, it } from "vitest";
import { takeIn } from "../../../apps/page/feeds/kafkaFeed.ts";
import { Changes } from "../../../apps/page/http/changes.ts";
import type { Sections } from "../../../apps/page/view.ts";
import { FakePage } from "../../support/page/fakePage.ts";
import { alert, fakeWorld } from "../../support/page/fakeWorld.ts";

interface Event {
  readonly name: string;
  readonly data: unknown;
}

/** Reads events until there have been `ticks` ticks. */
async function eventsOf(url: string, ticks: number): Promise<Event[]> {
  const stop = new AbortController();
  const answer = await fetch(`${url}/api/events`, { signal: stop.signal });
  const events: Event[] = [];
  let text = "";
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString();
    const parts = text.split("\n\n");
    text = parts.pop() ?? "";
    for (const part of parts) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(part)?.[1] ?? "";
      events.push({ name: field("event"), data: JSON.parse(field("data")) });
    }
    if (events.filter(({ name }) => name === "tick").length >= ticks) break;
  }
  stop.abort();
  return events;
}

describe("the sections that changed", () => {
  const sectionsWith = (message: string) => ({ episodes: [{ message }] }) as unknown as Sections;

  it("are events of one line each, and only those that differ from what the browser has", () => {
    const changes = new Changes();
    const texts = (message: string) => changes.take(sectionsWith(message)).map(String);
    expect(texts("two\nlines")).toEqual(['event: episodes\ndata: [{"message":"two\\nlines"}]\n\n']);
    expect(texts("two\nlines")).toEqual([]);
    expect(texts("one")).toEqual(['event: episodes\ndata: [{"message":"one"}]\n\n']);
  });

  it("take no room in the heap for each browser", () => {
    setFlagsFromString("--expose-gc");
    const collect: () => void = runInNewContext("gc");
    const browsers = Array.from({ length: 20 }, () => new Changes());
    collect();
    const before = process.memoryUsage().heapUsed;
    for (const changes of browsers) changes.take(sectionsWith("x".repeat(2_000_000)));
    collect();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(10_000_000);
    expect(browsers.flatMap((changes) => changes.take(sectionsWith("x".repeat(2_000_000))))).toEqual([]);
  });
});

describe("the page's events", () => {
  let page: FakePage;
  afterEach(() => page.stop());

  it("begin with every section, and then contain what has changed and a tick each time", async () => {
    page = await FakePage.serve(fakeWorld());
    const events = await eventsOf(page.url, 2);
    const first = events.slice(
      0,
      events.findIndex(({ name }) => name === "tick"),
    );
    expect(first.map(({ name }) => name).sort()).toEqual(
      [
        "episodes",
        "lanes",
        "pipeline",
        "quarantine",
        "series",
        "silences",
        "status",
        "thresholds",
        "throughput",
      ].sort(),
    );
    expect(events.slice(first.length).map(({ name }) => name)).not.toContain("thresholds");
  });

  it("are not streamed to a probe that asks for their headers only", async () => {
    page = await FakePage.serve(fakeWorld());
    for (let probe = 0; probe < 25; probe++) {
      const { status } = await fetch(`${page.url}/api/events`, { method: "HEAD" });
      expect(status).toBe(200);
    }
    expect(await eventsOf(page.url, 1)).not.toEqual([]);
  });

  it("tell the browser after the twentieth why it gets none, and let it in when another has left", async () => {
    page = await FakePage.serve(fakeWorld());
    const stops = Array.from({ length: 20 }, () => new AbortController());
    const open = async ({ signal }: AbortController) => {
      const { body } = await fetch(`${page.url}/api/events`, { signal });
      await body?.getReader().read();
    };
    await Promise.all(stops.map(open));
    const answer = await fetch(`${page.url}/api/events`);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    // For nginx.
    expect(answer.headers.get("x-accel-buffering")).toBe("no");
    // It ends, so that its place and its connection are free.
    expect(await answer.text()).toBe(
      'event: refused\ndata: "At most 20 tabs can show the page at the same time: close some."\nretry: 1000\n\n',
    );
    for (const stop of stops) stop.abort();
    await expect.poll(() => eventsOf(page.url, 1).then(([first]) => first?.name)).toBe("status");
  });

  it("give a browser that was away everything that it missed", async () => {
    const world = fakeWorld();
    page = await FakePage.serve(world);
    const episodes = (events: Event[]) =>
      events.find(({ name }) => name === "episodes")?.data as { id: string }[];
    const before = episodes(await eventsOf(page.url, 1));
    const since = Math.floor(Date.now() / 30_000) * 30_000 - 30_000;
    takeIn(world, "alerts", [alert("raised", "dopey", "cpu9", since, since)]);
    const after = episodes(await eventsOf(page.url, 1));
    // The oldest ones may have left the range in the meantime.
    const known = new Set(before.map(({ id }) => id));
    expect(after.filter(({ id }) => !known.has(id))).toEqual([
      expect.objectContaining({ hostname: "dopey", cpu: "cpu9", state: "firing" }),
    ]);
  });
});
