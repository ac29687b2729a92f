import { describe, expect, it } from "vitest";
import { type AlertRule, alerts } from "../../oracle/model/episodes.ts";
import { Thresholds } from "../../oracle/model/thresholds.ts";

const WINDOW_MS = 30_000;
const RULE: AlertRule = { raiseAfter: 1, clearAfter: 2, cooldownSeconds: 600 };

/**
 * What is reported for consecutive windows, each over (`o`), not over (`u`) or missing (a blank): the event, the number
 * of the window, that of the window since when, and how many windows the episode has.
 */
function told(windows: string, rule: Partial<AlertRule> = {}, thresholds = new Map([["doc", 50]])): string[] {
  const results = [...windows].flatMap((kind, index) => {
    const average = { o: 60, u: 50 }[kind];
    const start = index * WINDOW_MS;
    const window = { start, end: start + WINDOW_MS, hostname: "doc", cpu: "cpu1", maximum: 100 };
    return average === undefined ? [] : [{ ...window, average, closedAt: window.end }];
  });
  const rows = alerts(results, new Thresholds(thresholds), { ...RULE, ...rule });
  const windowOf = (time: unknown) => Date.parse(`${String(time).replace(" ", "T")}Z`) / WINDOW_MS;
  return rows.map(
    ({ event, window_start, since, windows: count }) =>
      `${event} ${windowOf(window_start)} since ${windowOf(since)}, ${count}`,
  );
}

describe("the model of episodes", () => {
  it("begins with the first window over the threshold, and ends with the second in a row that is not", () => {
    expect(told("uouu")).toEqual(["raised 1 since 1, 1", "cleared 3 since 1, 3"]);
  });

  it("treats flapping as one episode", () => {
    expect(told("ouououu")).toEqual(["raised 0 since 0, 1", "cleared 6 since 0, 7"]);
  });

  it("begins after as many consecutive windows as the setting says, and counts from the first of them", () => {
    expect(told("ouoouoooo", { raiseAfter: 3 })).toEqual(["raised 7 since 5, 3"]);
    expect(told("oouoou", { raiseAfter: 3 })).toEqual([]);
  });

  it("ends after as many consecutive windows as the setting says", () => {
    expect(told("ou", { clearAfter: 1 })).toEqual(["raised 0 since 0, 1", "cleared 1 since 0, 2"]);
    expect(told("ouuouuu", { clearAfter: 3 })).toEqual(["raised 0 since 0, 1", "cleared 6 since 0, 7"]);
  });

  it("reports after each cool-down that it is ongoing", () => {
    expect(told("oooooo", { cooldownSeconds: 60 })).toEqual([
      "raised 0 since 0, 1",
      "still 1 since 0, 2",
      "still 3 since 0, 4",
      "still 5 since 0, 6",
    ]);
  });

  it("reports once after a gap, however many cool-downs it took", () => {
    expect(told("o        oo", { cooldownSeconds: 60 })).toEqual([
      "raised 0 since 0, 1",
      "still 9 since 0, 2",
    ]);
  });

  it("waits for a window over the threshold before it reports that", () => {
    expect(told("ououo", { cooldownSeconds: 60 })).toEqual([
      "raised 0 since 0, 1",
      "still 2 since 0, 3",
      "still 4 since 0, 5",
    ]);
  });

  it("reports each episode separately", () => {
    expect(told("ouuouu")).toEqual([
      "raised 0 since 0, 1",
      "cleared 2 since 0, 3",
      "raised 3 since 3, 1",
      "cleared 5 since 3, 3",
    ]);
  });

  it("has none for a host without a threshold", () => {
    expect(told("ooo", {}, new Map())).toEqual([]);
  });
});
