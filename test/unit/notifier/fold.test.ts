import { expect, test } from "vitest";
import { type AlertEvent, type AlertRow, type ReadRow, watchOf } from "../../../apps/notifier/alertRow.ts";
import { fold } from "../../../apps/notifier/fold.ts";
import { newProgress, type Progress } from "../../../apps/notifier/progress.ts";
import { alert, read, START } from "./alerts.ts";

const begin = newProgress({ low: new Map([[0, 0]]), high: new Map([[0, 4]]) }, START);
const row = (event: AlertEvent, n: number, more: Partial<AlertRow> = {}) => read(alert(event, n, more), n);
const all = () => true;
const none = () => false;

/** After a restart: everything before an offset of partition 0 is settled, and rows at some offsets were held. */
const restarted = (next: number, ...held: [offset: number, told: boolean][]): Progress => ({
  ...begin,
  next: new Map([[0, next]]),
  firing: 1,
  held: new Map(
    held.map(([offset, told]) => [`0:${offset}`, { partition: 0, offset, row: undefined, told }]),
  ),
});

/** The next fold, with everything read. */
function step(before: Progress, rows: readonly ReadRow[], isSilenced: (row: AlertRow) => boolean = none) {
  const positions = new Map(rows.map(({ partition, offset }) => [partition, offset + 1]));
  const rules = { isSilenced, positions, mostRows: 1_000, mayRelease: true };
  const { told, after, ...rest } = fold(before, rows, rules);
  return {
    ...rest,
    after,
    told: told.map(({ row: { event, start = 0 }, wasSilenced }) => {
      const name = `${event} ${(start - START) / 30_000}`;
      return wasSilenced ? `${name}, silenced until now` : name;
    }),
  };
}

test("rows are reported in order, and episodes are counted", () => {
  const first = step(begin, [row("raised", 0), row("still", 1)]);
  expect(first.told).toEqual(["raised 0", "still 1"]);
  expect(first.after).toMatchObject({ firing: 1, next: new Map([[0, 2]]) });
  const second = step(first.after, [row("cleared", 2)]);
  expect(second.told).toEqual(["cleared 2"]);
  expect(second.after.firing).toBe(0);
});

test("of several consecutive reminders, only the newest is reported", () => {
  const other = { series: "doc/cpu1" };
  const { told } = step(begin, [
    row("raised", 0),
    row("still", 1),
    row("still", 2, other),
    row("still", 3),
    row("cleared", 4),
    row("still", 5, other),
  ]);
  expect(told).toEqual(["raised 0", "still 3", "cleared 4", "still 5"]);
});

test("an episode that was held before a message that was never posted is reported once", () => {
  // Offset 0 is raised and silenced, offset 1 is to be posted: the place of 0 is committed first, and then the process ends.
  const before = { ...restarted(0, [0, false]), firing: 0 };
  const silenced = step(before, [row("raised", 0)], all);
  expect([...silenced.after.held.keys()]).toEqual([watchOf(row("raised", 0).row)]);
  const free = step(silenced.after, []);
  expect(free.told).toEqual(["raised 0, silenced until now"]);
  expect(free.after.held.size).toBe(0);
});

test("a silenced episode that ends within its silence is never reported", () => {
  const silenced = step(begin, [row("raised", 0)], all);
  expect(silenced.told).toEqual([]);
  expect(silenced.after).toMatchObject({ firing: 0 });
  expect(silenced.after.held.size).toBe(1);
  expect(step(silenced.after, [row("still", 1), row("cleared", 2)], all).told).toEqual([]);
  // Nor if the silence has ended by then.
  expect(step(silenced.after, [row("cleared", 2)]).told).toEqual([]);
});

test("a silenced episode that is still ongoing is reported at the end of its silence, with its newest row", () => {
  const { after } = step(step(begin, [row("raised", 0)], all).after, [row("still", 1)], all);
  const released = step(after, []);
  expect(released.told).toEqual(["still 1, silenced until now"]);
  expect(released.released).toEqual([{ partition: 0, offset: 1 }]);
  expect(released.after).toMatchObject({ firing: 1, held: new Map() });
  expect(step(released.after, [row("cleared", 2)]).told).toEqual(["cleared 2"]);
});

test("nothing is reported at the end of a silence before all rows have been read", () => {
  const { after } = step(begin, [row("raised", 0)], all);
  const rules = { isSilenced: none, positions: new Map(), mostRows: 1_000, mayRelease: false };
  expect(fold(after, [], rules).told).toEqual([]);
});

test("an episode that is silenced after it was reported is reported when it is over, and not twice as new", () => {
  const { after } = step(begin, [row("raised", 0)]);
  const silenced = step(after, [row("still", 1)], all);
  expect(silenced.told).toEqual([]);
  expect(silenced.after.firing).toBe(1);
  expect(step(silenced.after, [row("cleared", 2)], all)).toMatchObject({
    told: ["cleared 2"],
    after: { firing: 0 },
  });
  expect(step(silenced.after, []).after.firing).toBe(1);
});

test("a rule's silence does not apply to another rule", () => {
  const isSilenced = ({ rule }: AlertRow) => rule === "learned";
  const rows = [
    row("raised", 0, { rule: "learned" }),
    row("raised", 1),
    row("cleared", 2, { rule: "learned" }),
  ];
  expect(step(begin, rows, isSilenced).told).toEqual(["raised 1"]);
});

test("CPUs whose host and name look the same with a slash between them have episodes of their own", () => {
  const first = { series: "rack/1/0", hostname: "rack/1", cpu: "0" };
  const second = { series: "rack/1/0", hostname: "rack", cpu: "1/0" };
  const rows = [row("raised", 0, first), row("raised", 1, second), row("cleared", 2, second)];
  const { after } = step(begin, rows, all);
  expect(step(after, []).told).toEqual(["raised 0, silenced until now"]);
});

test("held rows that are read again after a restart are unchanged", () => {
  const rows = [
    row("raised", 0, { series: "doc/cpu1" }),
    row("raised", 1),
    row("still", 2),
    row("cleared", 3, { series: "doc/cpu1" }),
  ];
  const { told, after } = step(restarted(4, [0, false], [2, true]), rows, all);
  expect(told).toEqual([]);
  expect([...after.held.values()]).toEqual([
    { partition: 0, offset: 2, row: rows[2]?.row, told: true, silenced: true },
  ]);
  expect(after.next).toEqual(new Map([[0, 4]]));
});

test("a row held before a restart is held, and not reported, until it has been read again", () => {
  const other: ReadRow = { ...row("raised", 5, { series: "doc/cpu1" }), partition: 1 };
  const first = step(restarted(4, [2, false]), [other]);
  expect(first.told).toEqual(["raised 5"]);
  // A restart at this moment must find it.
  expect([...first.after.held.values()]).toEqual([{ partition: 0, offset: 2, row: undefined, told: false }]);
  expect(step(first.after, [row("raised", 2)]).told).toEqual(["raised 2, silenced until now"]);
});

test("a message reports as many rows as it may, and the others wait", () => {
  const rules = { isSilenced: none, positions: new Map([[0, 9]]), mostRows: 1, mayRelease: true };
  const rows = [row("cleared", 1, { series: "doc/cpu1" }), row("raised", 3), row("still", 6)];
  const { told, settled, after } = fold(restarted(1, [0, false]), rows, rules);
  expect(told.map((line) => line.row.event)).toEqual(["cleared"]);
  expect(settled).toBe(1);
  expect(after.next).toEqual(new Map([[0, 3]]));
});

test("rows from long before the log began are reported only if their episodes are ongoing", () => {
  const old = (event: AlertEvent, n: number, series: string): ReadRow => ({
    ...row(event, n, { series }),
    arrivedAt: START - 2 * 3_600_000,
  });
  const rows = [
    old("raised", 0, "a/1"),
    old("cleared", 1, "a/1"),
    old("raised", 2, "b/1"),
    old("cleared", 3, "c/1"),
  ];
  expect(step(begin, rows).told).toEqual(["raised 2"]);
  const { after, told } = step(begin, rows, all);
  expect(told).toEqual([]);
  expect(step(after, []).told).toEqual(["raised 2, silenced until now"]);
});

test("rows that arrive after the log began are reported even if the clock was hours ahead then", () => {
  const ahead = { ...begin, begunAt: START + 3 * 3_600_000 };
  const first = step(ahead, [row("raised", 4), row("cleared", 5)]);
  expect(first.told).toEqual(["raised 4", "cleared 5"]);
  expect(first.after.firing).toBe(0);
});
