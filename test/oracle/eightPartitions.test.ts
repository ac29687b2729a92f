import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lostReadings } from "../../clients/results/lostReadings.ts";
import { generatedHour } from "./cases/generated.ts";
import { deep, escapes, kinds } from "./cases/malformed.ts";
import { THRESHOLDS } from "./cases/thresholds.ts";
import { everyKindIsExact } from "./harness/everyKind.ts";
import { killAndHeal } from "./harness/kill.ts";
import { presentIsExact } from "./harness/live.ts";
import { OracleStack } from "./harness/oracleStack.ts";
import { everyStreamIsExact } from "./harness/property.ts";
import { SteadyStream } from "./harness/steadyStream.ts";
import { everythingIsExact, firstReadingsAreExact, message, Stretch } from "./harness/stretch.ts";
import { untilRead } from "./harness/untilRead.ts";
import { silenceAndLearningAreExact } from "./harness/whole.ts";

const PARTITIONS = 8;
const HOUR_MS = 3_600_000;
/** Nothing is output until a silent partition counts as idle; this is longer. */
const SILENT_MS = 45_000;

describe.sequential("all outputs of eight partitions", () => {
  let oracle: OracleStack;

  beforeAll(async () => {
    oracle = await OracleStack.create(PARTITIONS, THRESHOLDS);
  });

  afterAll(async () => {
    await oracle?.destroy();
  });

  it("are exact for a first reading in each partition", async () => {
    await firstReadingsAreExact(oracle);
  });

  it("are exact for an hour of the generator's readings", async () => {
    const stretch = new Stretch(oracle);
    await stretch.open();
    await stretch.send(generatedHour(stretch.from, PARTITIONS, 7));
    await stretch.close(stretch.from + HOUR_MS);
    await stretch.settled();
  });

  it("are exact for streams of any kind", { timeout: 240_000 }, async () => {
    await everyStreamIsExact(oracle, { seed: 2, runs: 8 });
  });

  it("are exact with every kind of unusual message, each with its reason", async () => {
    await everyKindIsExact(oracle, kinds);
  });

  it("do not wait for silent partitions and count later readings there correctly", async () => {
    const silent = new Set([2, 5]);
    const stretch = new Stretch(oracle, silent);
    await stretch.open();
    const reading = (partition: number, time: number) =>
      message(partition, { hostname: "sleepy", cpu: `cpu${partition}`, usage: 88, occurred_at: time });
    await stretch.send(stretch.partitions.map((partition) => reading(partition, stretch.from + 5_000)));
    const closed = await stretch.close(stretch.from + 5_000);
    await stretch.settled(SILENT_MS);

    stretch.idle = new Set();
    await stretch.open(closed);
    await stretch.send(
      [...silent].flatMap((partition) => [
        reading(partition, stretch.from + 5_000),
        reading(partition, closed),
      ]),
    );
    await stretch.close(closed);
    await stretch.settled();
  });

  it("follow thresholds that are changed, inserted and deleted within 5 seconds", async () => {
    const stretch = new Stretch(oracle);
    const hosts = ["changed", "inserted", "deleted"];
    const send = (time: number, usages: readonly number[]) =>
      stretch.send(
        hosts.flatMap((hostname, partition) =>
          usages.map((usage, index) =>
            message(partition, { hostname, cpu: `cpu${index}`, usage, occurred_at: time }),
          ),
        ),
      );
    await stretch.open();
    await send(stretch.from, [0, 25, 55, 75]);
    const later = await stretch.close(stretch.from);
    await stretch.settled();

    // 0 percent is never an alert: it only keeps the thresholds in the cache.
    await stretch.open(later);
    await send(later, [0]);
    // A lookup that overlaps with a change may put the previous threshold into the cache after it.
    await stretch.open(later);
    await untilRead(oracle, ["thresholdFilter"]);
    await Promise.all([
      oracle.setThreshold("changed", 24.75),
      oracle.setThreshold("inserted", 50),
      oracle.setThreshold("deleted", undefined),
    ]);
    const inForce = Math.max(...oracle.changes.map(({ doneAt }) => doneAt)) + 5_000;
    while (Date.now() < inForce - 250) {
      await send(later, [0]);
      await sleep(200);
    }
    // A timer may fire a millisecond early, when the previous thresholds may still be in effect.
    while (Date.now() < inForce) await sleep(inForce - Date.now());
    await send(later, [0, 25, 55, 75]);
    await stretch.close(later);
    await stretch.settled();
  });

  it("are exact when the TaskManager is killed in the middle of a stream", { timeout: 240_000 }, async () => {
    const stretch = new Stretch(oracle);
    await stretch.open();
    const stream = new SteadyStream(stretch);
    await sleep(4_000);
    try {
      await killAndHeal(oracle, "flink-taskmanager");
      await sleep(4_000);
    } finally {
      await stream.stop();
    }
    await stretch.close(stream.time);
    await stretch.settled();
  });

  it("are exact with messages designed to evade the checks", async () => {
    await everyKindIsExact(oracle, escapes);
  });

  it("are exact with a message of a megabyte of open brackets", async () => {
    await everyKindIsExact(oracle, [deep]);
  });

  it("are exact for silences and learned values over the whole input", { timeout: 300_000 }, async () => {
    await silenceAndLearningAreExact(oracle);
  });

  it("are exact in real time, with clocks that are ahead, a silence, and readings after it", {
    timeout: 240_000,
  }, async () => {
    await presentIsExact(oracle);
  });

  it("omit only readings of sources that status lists with the reason", async () => {
    const { losses, complete } = await lostReadings(oracle.stack.outputs);
    expect(complete).toBe(true);
    expect(losses.find(({ source }) => source === "fast")).toMatchObject({
      late: 0,
      quarantined: 8,
      reason: "clock is ahead by 50 min",
    });
    expect(losses.map(({ source }) => source)).not.toContain("rather-fast");
  });

  it("are still exact at the end, without duplicates", async () => {
    await everythingIsExact(oracle);
  });
});
