import { expect, test } from "vitest";
import { parseAggregate, parseNotification } from "../../../apps/notifier/records.ts";
import { aggregate, notification } from "./windows.ts";

const VALUE = {
  hostname: "dopey",
  cpu: "cpu4",
  window_start: "2026-01-05 13:00:30",
  window_end: "2026-01-05 13:01:00.000",
  usage_avg: 95,
  threshold: 90,
  message: "over",
};

const buffer = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));

test("a notification is read, its times as UTC", () => {
  expect(parseNotification(buffer(VALUE))).toEqual(notification(1));
  expect(parseAggregate(buffer({ ...VALUE, usage_max: 99 }))).toEqual(aggregate(1, 95));
});

test("times may be ISO", () => {
  const iso = { ...VALUE, window_start: "2026-01-05T13:00:30Z", window_end: "2026-01-05T13:01:00Z" };
  expect(parseNotification(buffer(iso))).toEqual(notification(1));
});

test.each([
  ["no record", null],
  ["no JSON", "{"],
  ["no object", "7"],
  ["no host", { ...VALUE, hostname: " " }],
  ["no cpu", { ...VALUE, cpu: null }],
  ["no time", { ...VALUE, window_end: "13:01" }],
  ["an end before the start", { ...VALUE, window_end: VALUE.window_start }],
  ["an average that is no number", { ...VALUE, usage_avg: "95" }],
  ["no threshold", { ...VALUE, threshold: undefined }],
])("%s is not a notification", (_, value) => {
  expect(parseNotification(value === null ? null : buffer(value))).toBeUndefined();
});
