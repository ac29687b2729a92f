import { expect, test } from "vitest";
import { Outbox } from "../../../apps/notifier/outbox.ts";
import type { Change } from "../../../apps/notifier/series.ts";
import { notification, numberOf } from "./windows.ts";

function change(kind: Change["kind"], n: number, cpu: string): Change {
  return { ...notification(n), kind, cpu, since: 0 };
}

test("taken changes come in the order of event time and are removed", () => {
  const outbox = new Outbox();
  outbox.add([change("alert", 2, "cpu1"), change("alert", 1, "cpu2")], 100);
  outbox.add([change("resolved", 3, "cpu1"), change("alert", 4, "cpu3")], 200);
  expect(outbox.since).toBe(100);
  expect(outbox.keys).toEqual(["dopey/cpu1", "dopey/cpu2", "dopey/cpu3"]);
  expect(outbox.take(["dopey/cpu1", "dopey/cpu2"]).map(numberOf)).toEqual([1, 2, 3]);
  expect(outbox.isEmpty).toBe(false);
  expect(outbox.take(outbox.keys).map(numberOf)).toEqual([4]);
  expect(outbox.isEmpty).toBe(true);
});

test("only the newest of several pending reminders is kept", () => {
  const outbox = new Outbox();
  outbox.add([change("alert", 0, "cpu1"), change("reminder", 1, "cpu1"), change("reminder", 2, "cpu1")], 0);
  outbox.add([change("reminder", 2, "cpu2"), change("reminder", 3, "cpu1")], 0);
  expect(
    outbox.take(outbox.keys).map(({ kind, cpu, ...window }) => `${kind} ${cpu} ${numberOf(window)}`),
  ).toEqual(["alert cpu1 0", "reminder cpu2 2", "reminder cpu1 3"]);
});
