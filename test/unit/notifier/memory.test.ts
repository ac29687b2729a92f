import type { KafkaMessage } from "kafkajs";
import { beforeEach, expect, test, vi } from "vitest";
import { Intake } from "../../../apps/notifier/intake.ts";
import { REMEMBERED_MS } from "../../../apps/notifier/monitor.ts";
import type { PartitionOffset } from "../../../apps/notifier/positions.ts";
import {
  forgottenRecord,
  type SavedRecord,
  SavedState,
  seriesRecord,
} from "../../../apps/notifier/savedState.ts";
import { recordOf } from "../../support/slackNotifier.ts";

const TOPICS = { notificationsTopic: "notifications", aggregatesTopic: "aggregates" };
const RULES = { cooldown: 600_000, grace: 10_000, calm: 600_000 };

/** An intake whose topics are always read to their end, with its state topic. */
class Reading {
  readonly saved = new SavedState();
  #next = 0;
  readonly #ends = new Map<string, PartitionOffset>();
  readonly intake = new Intake({
    ...TOPICS,
    ...RULES,
    endsOf: async (topic) => [this.#ends.get(topic) ?? { topic, partition: 0, offset: "0" }],
  });

  /** Reads windows of series. */
  read(name: "notifications" | "aggregates", windows: readonly (readonly [string, number, number])[]): void {
    this.#take(
      name,
      windows.map((window) => recordOf(...window).value),
    );
  }

  /** Reads one aggregate of each of many hosts. */
  readOnce(hosts: readonly string[], window: number): void {
    const { value } = recordOf("host/cpu1", window, 50);
    this.#take(
      "aggregates",
      hosts.map((host) => value.replace('"host"', JSON.stringify(host))),
    );
  }

  #take(name: string, values: readonly string[]): void {
    const records = values.map((value) => ({ value: Buffer.from(value) }));
    this.intake.take(name, records as unknown as KafkaMessage[], Date.now());
    this.#next += records.length;
    const position = { topic: name, partition: 0, offset: String(this.#next) };
    this.#ends.set(name, position);
    this.intake.positions.set(position);
  }

  /** What a session does every few seconds. */
  async save(commits = true): Promise<void> {
    const now = Date.now();
    await this.intake.sampleProgress();
    this.intake.settle(now);
    while (!this.intake.outbox.isEmpty) {
      const { states, rest } = this.intake.takePortion(400_000, now);
      this.#write([...states.map(seriesRecord), ...(rest?.states ?? []).map(seriesRecord)]);
    }
    const unsaved = this.intake.takeUnsaved(now);
    this.#write([...unsaved.states.map(seriesRecord), ...unsaved.forgotten.map(forgottenRecord)]);
    if (commits) this.intake.committed(unsaved);
  }

  #write(records: readonly SavedRecord[]): void {
    for (const { key, value } of records) this.saved.add(key, value ?? undefined);
  }
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  return () => vi.useRealTimers();
});

// Seconds, beside all the other tests.
vi.setConfig({ testTimeout: 60_000 });

test("only the newest of 200,000 series that appear once are remembered, in memory and in the state topic", async () => {
  const reading = new Reading();
  const A_SECOND = 500;
  let most = 0;
  for (let second = 0; second < 400; second++) {
    vi.setSystemTime(second * 1_000);
    const names = Array.from({ length: A_SECOND }, (_, n) => `host${second * A_SECOND + n}`);
    reading.readOnce(names, Math.floor(second / 30));
    if (second % 20 === 19) await reading.save();
    most = Math.max(most, reading.intake.monitor.size);
  }
  const remembered = REMEMBERED_MS / 1_000 + RULES.grace / 1_000;
  expect(most).toBeLessThanOrEqual((remembered + 40) * A_SECOND);
  expect(reading.saved.series.size).toBeLessThanOrEqual((remembered + 40) * A_SECOND);

  for (let second = 400; second < 600; second += 20) {
    vi.setSystemTime(second * 1_000);
    await reading.save();
  }
  expect(reading.intake.monitor.size).toBe(0);
  expect(reading.saved.series.size).toBe(0);
});

test("a series with an open alert is remembered as long as it is open, and so is an active series", async () => {
  const reading = new Reading();
  for (let window = 0; window < 20; window++) {
    vi.setSystemTime(window * 30_000);
    reading.read("aggregates", [
      ["doc/cpu1", window, 50],
      ...(window === 0 ? [["dopey/cpu4", 0, 95] as const] : []),
    ]);
    if (window === 0) reading.read("notifications", [["dopey/cpu4", 0, 95]]);
    await reading.save();
  }
  expect([...reading.saved.series.keys()].sort()).toEqual(["doc/cpu1", "dopey/cpu4"]);
  expect(reading.intake.monitor.openAlerts).toBe(1);
});

test("a series is remembered until Kafka has its offsets, so that its alert is recognised when it is read again", async () => {
  const reading = new Reading();
  reading.read("notifications", [["dopey/cpu4", 0, 95]]);
  reading.read("aggregates", [
    ["dopey/cpu4", 0, 95],
    ["dopey/cpu4", 1, 50],
  ]);
  const wait = async (until: number, commits: boolean) => {
    for (let now = Date.now(); now < until; now += 5_000) {
      vi.setSystemTime(now);
      await reading.save(commits);
    }
  };
  // For longer than a resolution takes.
  await wait(1_000_000, false);
  expect(reading.intake.monitor.openAlerts).toBe(0);
  expect(reading.intake.monitor.size).toBe(1);
  await wait(1_200_000, true);
  expect(reading.intake.monitor.size).toBe(0);
  expect(reading.saved.series.size).toBe(0);
});

test("a series that reappears after it was forgotten is reported again", async () => {
  const reading = new Reading();
  reading.read("aggregates", [["dopey/cpu4", 0, 50]]);
  for (let now = 0; now < 300_000; now += 5_000) {
    vi.setSystemTime(now);
    await reading.save();
  }
  expect(reading.intake.monitor.size).toBe(0);
  reading.read("notifications", [["dopey/cpu4", 10, 95]]);
  expect(reading.intake.takePortion(1_000, Date.now()).changes).toMatchObject([{ kind: "alert" }]);
});
