import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { takeIn } from "../../../apps/page/feeds/kafkaFeed.ts";
import { previewThreshold } from "../../../apps/page/model/preview.ts";
import { World } from "../../../apps/page/model/world.ts";
import { previewText } from "../../../apps/page/web/previewText.ts";
import { FakePage } from "../../support/page/fakePage.ts";
import { fakeWorld, window } from "../../support/page/fakeWorld.ts";

const RULES = { raiseAfter: 1, clearAfter: 2 };

describe("the preview of a threshold", () => {
  const now = Date.now();
  const start = Math.floor(now / 30_000) * 30_000 - 600_000;
  const worldOf = (averages: readonly number[]) => {
    const world = new World(now, [], []);
    const windows = averages.map((average, index) =>
      window("doc", "cpu1", start + index * 30_000, average, average),
    );
    takeIn(world, "aggregate", windows);
    return world;
  };
  const preview = (averages: readonly number[], value: number, rules = RULES) =>
    previewThreshold(worldOf(averages).series.all(), "doc", value, rules, start).episodes;

  it("counts episodes as the pipeline alerts does", () => {
    // One window under the threshold does not end an episode; two do.
    expect(preview([90, 10, 90, 10, 10, 90, 90], 80)).toBe(2);
    expect(preview([90, 10, 90, 10, 10, 90, 90], 80, { raiseAfter: 2, clearAfter: 2 })).toBe(1);
    expect(preview([90, 10, 90], 80, { raiseAfter: 1, clearAfter: 1 })).toBe(2);
    expect(preview([80, 80], 80)).toBe(0);
  });

  it("also counts the CPUs and the windows that it knows of the host", () => {
    const counted = (hostname: string) =>
      previewThreshold(worldOf([90, 10, 90]).series.all(), hostname, 80, RULES, start + 30_000);
    expect(counted("doc")).toEqual({ episodes: 1, cpus: 1, windows: 2, since: start + 30_000 });
    expect(counted("grumpy")).toEqual({ episodes: 0, cpus: 0, windows: 0, since: undefined });
  });

  const known = { episodes: 0, cpus: 3, windows: 360, minutes: 60, keptSeries: null };
  it.each([
    [known, "This value would have raised no alerts in the last hour."],
    [{ ...known, episodes: 1, minutes: 12 }, "This value would have raised 1 alert in the last 12 minutes."],
    [{ ...known, minutes: 0 }, "The page has no averages of this host from the last hour."],
    [{ ...known, cpus: 0 }, "The page knows no host of that name."],
    [
      { ...known, cpus: 0, keptSeries: 5_000 },
      "The page knows no host of that name: it keeps 5,000 series, and there are more.",
    ],
    [
      { ...known, keptSeries: 5_000 },
      "This value would have raised no alerts in the last hour, judging by the 3 CPUs of this host that the page keeps.",
    ],
  ])("of %j says what the page knows", (view, text) => {
    expect(previewText(view)).toBe(text);
  });
});

describe("what the page changes", () => {
  let page: FakePage;
  beforeEach(async () => {
    page = await FakePage.serve(fakeWorld());
  });
  afterEach(() => page.stop());

  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${page.url}/api/${path}`, {
      method,
      headers: { "content-type": "application/json", origin: page.url, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return [answer.status, await answer.text()] as const;
  };

  it("is a threshold, even of a host that has none", async () => {
    expect((await send("PUT", "thresholds", { hostname: "doc", value: 12.5, former: 20 }))[0]).toBe(200);
    expect((await send("PUT", "thresholds", { hostname: "new host", value: 0, former: null }))[0]).toBe(200);
    expect([page.world.thresholds.of("doc"), page.world.thresholds.of("new host")]).toEqual([12.5, 0]);
  });

  it.each([
    [20, 40, "Somebody has changed it to 40 % in the meantime"],
    [null, 40, "doc already has a threshold of 40 %"],
    [20, null, "Somebody has removed it in the meantime"],
  ])(
    "is not a threshold that was %j when the form was opened, and is %j now",
    async (former, current, problem) => {
      page.world.thresholds.replace(
        current === null ? [] : [{ hostname: "doc", value: current }],
        Date.now(),
      );
      const [status, text] = await send("PUT", "thresholds", { hostname: "doc", value: 25, former });
      expect([status, JSON.parse(text)]).toEqual([
        409,
        { problem: `${problem}. To set yours all the same, save again.`, current },
      ]);
      expect((await send("PUT", "thresholds", { hostname: "doc", value: 25, former: current }))[0]).toBe(200);
      expect(page.world.thresholds.of("doc")).toBe(25);
    },
  );

  it.each([
    [{ hostname: "doc", value: 100.5 }, "percent from 0 to 100 with at most two decimals"],
    [{ hostname: "doc", value: 12.345 }, "at most two decimals"],
    [{ hostname: "doc", value: "12" }, "percent from 0 to 100"],
    [{ hostname: " ", value: 12 }, "hostname has to be 1 to 253 characters"],
    [{ hostname: "a\u0000b", value: 12 }, "without control characters"],
    [{ value: 12 }, "hostname"],
    [{ hostname: "doc", value: 12, more: 1 }, "Not changed"],
    [null, "Not changed"],
    [{ hostname: "doc", value: 12, former: undefined }, "former"],
  ])("is not the threshold %j", async (body, problem) => {
    const [status, text] = await send("PUT", "thresholds", body && { former: 20, ...body });
    expect([status, text]).toEqual([400, expect.stringContaining(problem)]);
    expect(page.world.thresholds.of("doc")).toBe(20);
  });

  it("is a silence with a reason and an end, which can be ended early", async () => {
    const silence = { hostname: "doc", cpu: "cpu1", rule: null, minutes: 30, reason: "  maintenance " };
    expect((await send("POST", "silences", silence))[0]).toBe(200);
    expect(page.world.silences).toMatchObject([{ hostname: "doc", reason: "maintenance" }]);
    expect((await send("DELETE", "silences/1"))[0]).toBe(200);
    expect(page.world.silences).toEqual([]);
  });

  it.each([
    [{ reason: " " }, "say why"],
    [{ minutes: 0 }, "at least a minute"],
    [{ minutes: 1.5 }, "whole number"],
    [{ minutes: 1e9 }, "at most 30 days"],
    [{ cpu: "" }, "cpu has to be"],
  ])("is not a silence with %j", async (change, problem) => {
    const silence = {
      hostname: "doc",
      cpu: "cpu1",
      rule: null,
      minutes: 30,
      reason: "maintenance",
      ...change,
    };
    expect(await send("POST", "silences", silence)).toEqual([400, expect.stringContaining(problem)]);
  });

  it("comes from the page itself, as JSON, and is short", async () => {
    const body = { hostname: "doc", value: 1, former: 20 };
    const foreign = await send("PUT", "thresholds", body, { origin: "http://evil.example" });
    const form = await send("PUT", "thresholds", body, { "content-type": "text/plain" });
    const long = await send("PUT", "thresholds", { hostname: "d".repeat(10_000), value: 1 });
    expect([foreign[0], form[0], long[0]]).toEqual([403, 415, 413]);
    expect(page.world.thresholds.of("doc")).toBe(20);
  });

  it("is nothing if the page is read-only; a preview changes nothing", async () => {
    await page.stop();
    page = await FakePage.serve(fakeWorld(), { readOnly: true });
    const body = { hostname: "doc", value: 1 };
    expect((await send("PUT", "thresholds", { ...body, former: 20 }))[0]).toBe(403);
    expect((await send("DELETE", "silences/1"))[0]).toBe(403);
    const [status, text] = await send("POST", "preview", body);
    expect([status, JSON.parse(text)]).toMatchObject([200, { cpus: 5, minutes: 60, keptSeries: null }]);
    const nobody = await send("POST", "preview", { hostname: "nobody", value: 1 });
    expect(JSON.parse(nobody[1])).toEqual({ episodes: 0, cpus: 0, windows: 0, minutes: 0, keptSeries: null });
    const [, found] = await send("GET", "thresholds/search?text=leep");
    expect(JSON.parse(found)).toMatchObject({
      rows: [{ hostname: "sleepy", value: 40 }],
      found: 1,
      total: 7,
    });
    expect(page.world.thresholds.of("doc")).toBe(20);
  });
});
