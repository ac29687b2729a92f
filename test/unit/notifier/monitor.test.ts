import { describe, expect, test } from "vitest";
import { PATIENCE_MS, type Progress, type Rules, WAIT_MS } from "../../../apps/notifier/decisions.ts";
import { Monitor } from "../../../apps/notifier/monitor.ts";
import type { Change } from "../../../apps/notifier/series.ts";
import { ALL_READ, aggregate, NONE_READ, notification, numberOf, SERIES, WINDOW_MS } from "./windows.ts";

const RULES: Rules = { cooldown: 600_000, grace: 10_000, calm: 0 };
const NOW = 1_000_000;

/** `alert 3` for an alert by the window 3, and so on. */
function brief(changes: readonly Change[]): string[] {
  return changes.map((change) => `${change.kind} ${numberOf(change)}`);
}

/** A monitor to which everything that was there has been read. */
function monitorWith(...read: (readonly Change[])[]): string[] {
  return brief(read.flat());
}

test("the first window over the threshold is an alert, the next ones are not", () => {
  const monitor = new Monitor(RULES);
  const changes = monitorWith(monitor.notified(notification(0), NOW), monitor.notified(notification(1), NOW));
  expect(changes).toEqual(["alert 0"]);
  expect(monitor.openAlerts).toBe(1);
});

test("an alert contains the average, the threshold and the window", () => {
  const changes = new Monitor(RULES).notified(notification(2, 93.4, 90), NOW);
  const { start, end } = aggregate(2);
  expect(changes).toEqual([
    { kind: "alert", ...SERIES, average: 93.4, threshold: 90, start, end, since: start },
  ]);
});

test("a reminder comes when the cool-down has passed in event time, however fast it is read", () => {
  const monitor = new Monitor({ ...RULES, cooldown: 4 * WINDOW_MS });
  const changes = Array.from({ length: 10 }, (_, n) => monitor.notified(notification(n), NOW)).flat();
  expect(brief(changes)).toEqual(["alert 0", "reminder 4", "reminder 8"]);
  expect(changes[2]?.since).toBe(notification(0).start);
});

describe("back under the threshold", () => {
  function opened(): Monitor {
    const monitor = new Monitor(RULES);
    monitor.aggregated(aggregate(0, 95), NOW);
    monitor.notified(notification(0), NOW);
    return monitor;
  }
  const read = (until: number): Progress => ({ notifications: until, aggregates: until });

  test("is decided once notifications have been read beyond the grace, not before", () => {
    const monitor = opened();
    expect(monitor.aggregated(aggregate(1), NOW)).toEqual([]);
    expect(monitor.settle(read(NOW + RULES.grace - 1), NOW + 60_000)).toEqual([]);
    const changes = monitor.settle(read(NOW + RULES.grace), NOW + 60_000);
    expect(brief(changes)).toEqual(["resolved 1"]);
    expect(changes[0]).toMatchObject({ average: 50, threshold: 90, since: notification(0).start });
    expect(monitor.openAlerts).toBe(0);
    expect(monitor.settle(ALL_READ, NOW + 90_000)).toEqual([]);
  });

  test("is not decided while the notification is within its grace", () => {
    const monitor = opened();
    monitor.aggregated(aggregate(1, 96), NOW);
    expect(monitor.notified(notification(1, 96), NOW + 9_000)).toEqual([]);
    expect(monitor.settle(ALL_READ, NOW + 60_000)).toEqual([]);
    expect(monitor.openAlerts).toBe(1);
  });

  test("is not decided by the aggregate of a window over the threshold, or of one before", () => {
    const monitor = new Monitor(RULES);
    monitor.notified(notification(1), NOW);
    monitor.aggregated(aggregate(1, 95), NOW);
    monitor.aggregated(aggregate(0), NOW);
    expect(monitor.settle(ALL_READ, NOW + 60_000)).toEqual([]);
  });

  test("is not decided by silence", () => {
    expect(opened().settle(ALL_READ, NOW + 86_400_000)).toEqual([]);
  });

  test("follows at once from a notification of a later window, and that is a new alert", () => {
    const monitor = opened();
    monitor.aggregated(aggregate(1), NOW);
    monitor.aggregated(aggregate(2, 95), NOW);
    expect(brief(monitor.notified(notification(2), NOW))).toEqual(["resolved 1", "alert 2"]);
  });

  test("is decided by the first window under it", () => {
    const monitor = opened();
    for (const n of [1, 2, 3]) monitor.aggregated(aggregate(n), NOW);
    expect(brief(monitor.settle(ALL_READ, NOW))).toEqual(["resolved 1"]);
  });

  test("with an average over the last known threshold, waits for a job that may be down", () => {
    const monitor = opened();
    const windows = PATIENCE_MS / WINDOW_MS;
    for (let n = 1; n < windows; n++) monitor.aggregated(aggregate(n, 95), NOW);
    expect(monitor.settle(read(NOW + RULES.grace), NOW + 600_000)).toEqual([]);
    expect(brief(monitor.aggregated(aggregate(windows, 95), NOW))).toEqual([`resolved ${windows}`]);
  });
});

describe("a series that flaps", () => {
  const CALM = 4;
  const rules = { ...RULES, calm: CALM * WINDOW_MS };
  const UP_TO_DATE: Progress = { notifications: NOW + RULES.grace, aggregates: NOW + RULES.grace };

  /** What is told of a series that is over its threshold in the windows marked by `x`, read as they come. */
  function told(levels: string): string[] {
    const monitor = new Monitor(rules);
    const changes = [...levels].flatMap((level, n) => [
      ...monitor.aggregated(aggregate(n, level === "x" ? 95 : 50), NOW),
      ...(level === "x" ? monitor.notified(notification(n), NOW) : []),
      ...monitor.settle(UP_TO_DATE, NOW),
    ]);
    return brief(changes);
  }

  test("is reported at once, and again only after it has stayed under", () => {
    expect(told("x.x..x...x....")).toEqual(["alert 0", "resolved 10"]);
    expect(told("x...")).toEqual(["alert 0"]);
    expect(told("x....x")).toEqual(["alert 0", "resolved 1", "alert 5"]);
  });

  test("is reminded of once in a cool-down", () => {
    expect(told("x.".repeat(25))).toEqual(["alert 0", "reminder 20", "reminder 40"]);
  });

  test("is back after silence, measured by the reader's clock", () => {
    const monitor = new Monitor(rules);
    monitor.notified(notification(0), NOW);
    monitor.aggregated(aggregate(1), NOW);
    const due = NOW + (CALM - 1) * WINDOW_MS + rules.grace + WAIT_MS;
    expect(monitor.settle({ notifications: due - 1, aggregates: due - 1 }, due)).toEqual([]);
    expect(brief(monitor.settle({ notifications: due, aggregates: due }, due))).toEqual(["resolved 1"]);
  });

  test("continues where it was after a restart", () => {
    const monitor = new Monitor(rules);
    monitor.notified(notification(0), NOW);
    for (const n of [1, 2]) monitor.aggregated(aggregate(n), NOW);
    const saved = JSON.parse(JSON.stringify(monitor.takeChanged()));
    const restored = new Monitor(rules);
    restored.restore(saved, NOW);
    expect(restored.settle(UP_TO_DATE, NOW)).toEqual([]);
    expect(brief([3, 4].flatMap((n) => restored.aggregated(aggregate(n), NOW)))).toEqual(["resolved 1"]);
  });
});

describe("order of reading", () => {
  test("a later excursion waits for the aggregates between", () => {
    const monitor = new Monitor(RULES);
    monitor.notified(notification(0), NOW);
    expect(monitor.notified(notification(5), NOW)).toEqual([]);
    expect(monitor.aggregated(aggregate(1), NOW)).toEqual([]);
    expect(brief(monitor.settle({ ...NONE_READ, aggregates: NOW }, NOW))).toEqual(["resolved 1", "alert 5"]);
  });

  test("a later window without aggregates between is the same excursion", () => {
    const monitor = new Monitor(RULES);
    monitor.notified(notification(0), NOW);
    monitor.notified(notification(5), NOW);
    expect(monitor.settle(NONE_READ, NOW + WAIT_MS - 1)).toEqual([]);
    expect(monitor.settle(NONE_READ, NOW + WAIT_MS)).toEqual([]);
    expect(monitor.openAlerts).toBe(1);
    expect(monitor.undecided).toBe(false);
  });

  test("a notification after its grace is an alert, and resolved by what is known to follow", () => {
    const monitor = new Monitor(RULES);
    for (const n of [0, 1]) monitor.aggregated(aggregate(n, n === 0 ? 95 : 50), NOW);
    expect(monitor.settle(ALL_READ, NOW)).toEqual([]);
    expect(brief(monitor.notified(notification(0), NOW))).toEqual(["alert 0", "resolved 1"]);
    expect(monitor.openAlerts).toBe(0);
  });

  test("records that are read again change nothing", () => {
    const monitor = new Monitor(RULES);
    const readAll = () => [
      ...[0, 1, 4].flatMap((n) => monitor.notified(notification(n), NOW)),
      ...[0, 1, 2, 3, 4, 5].flatMap((n) =>
        monitor.aggregated(aggregate(n, [2, 3, 5].includes(n) ? 50 : 95), NOW),
      ),
      ...monitor.settle(ALL_READ, NOW),
    ];
    expect(brief(readAll())).toEqual(["alert 0", "resolved 2", "alert 4", "resolved 5"]);
    expect(readAll()).toEqual([]);
  });
});

test("a restored monitor continues where the saved one was", () => {
  const monitor = new Monitor({ ...RULES, cooldown: 4 * WINDOW_MS });
  for (const n of [0, 1, 2]) monitor.notified(notification(n), NOW);
  const saved = JSON.parse(JSON.stringify(monitor.takeChanged()));
  expect(monitor.takeChanged()).toEqual([]);

  const restored = new Monitor({ ...RULES, cooldown: 4 * WINDOW_MS });
  restored.restore(saved, NOW);
  expect(restored.openAlerts).toBe(1);
  expect(brief([2, 3, 4].flatMap((n) => restored.notified(notification(n), NOW)))).toEqual(["reminder 4"]);
});
