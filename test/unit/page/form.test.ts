import type { KafkaMessage } from "kafkajs";
import { expect, it } from "vitest";
import { takingReadings } from "../../../apps/page/feeds/readingIntake.ts";
import { World } from "../../../apps/page/model/world.ts";
import { tutorialFormat } from "../../../components/source/sourceFormat.ts";

const NOW = Date.UTC(2026, 10, 27, 5, 0, 0);
const messageOf = (value: object) =>
  ({ value: Buffer.from(JSON.stringify(value)), timestamp: String(NOW) }) as unknown as KafkaMessage;

it("the page accepts readings in other formats than the tutorial's", () => {
  const telegraf = {
    ...tutorialFormat,
    "source.hostname": "tags.host",
    "source.cpu": "tags.cpu",
    "source.usage": "fields.usage_idle",
    "source.time": "timestamp",
    "source.usageForm": "idle",
    "source.timeUnit": "seconds",
  } as const;
  const world = new World(NOW - 60_000, [], []);
  const take = takingReadings(telegraf);
  const fields = { usage_idle: 12.5 };
  take(world, messageOf({ fields, tags: { host: "web", cpu: "cpu0" }, timestamp: NOW / 1_000 }), NOW, true);
  take(world, messageOf({ fields, tags: { host: "web" }, timestamp: NOW / 1_000 }), NOW, true);
  expect(world.newestReadingAt).toBe(NOW);
  expect(world.series.find("web", "cpu0")?.readings.newestAt(NOW / 1_000)).toEqual([87.5]);
  expect(world.series.size).toBe(1);
});

it("the page accepts only readings in the configured format", () => {
  const world = new World(NOW - 60_000, [], []);
  takingReadings()(world, messageOf({ tags: { host: "web" }, timestamp: NOW / 1_000 }), NOW, true);
  expect(world.newestReadingAt).toBeUndefined();
});

it.each([
  ["a host name of 20,000 characters", { hostname: "x".repeat(20_000) }],
  ["a CPU name of 2,000 characters", { cpu: "x".repeat(2_000) }],
  ["a usage of 500 percent", { usage: 500 }],
  ["a time in seconds", { occurred_at: NOW / 1_000 }],
  ["a time in an hour", { occurred_at: NOW + 3_600_000 }],
])("the page leaves %s to the quarantine", (_what, wrong) => {
  const world = new World(NOW - 60_000, [], []);
  const reading = { hostname: "doc", cpu: "cpu1", usage: 50, occurred_at: NOW };
  takingReadings()(world, messageOf({ ...reading, ...wrong }), NOW, true);
  expect(world.series.size).toBe(0);
  takingReadings()(world, messageOf(reading), NOW, true);
  expect(world.series.size).toBe(1);
});
