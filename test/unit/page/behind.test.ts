import { describe, expect, it } from "vitest";
import type { JobActivity } from "../../../apps/page/model/jobActivity.ts";
import type { Lag } from "../../../apps/page/model/lag.ts";
import { World } from "../../../apps/page/model/world.ts";
import { behindView, boundMs } from "../../../apps/page/views/behind.ts";
import { statusView } from "../../../apps/page/views/status.ts";
import type { State } from "../../../apps/page/web/store.ts";
import { verdictOf } from "../../../apps/page/web/verdict.ts";

const NOW = Date.UTC(2026, 10, 27, 5, 0, 0);
const STACK = {
  stack: "local",
  readOnly: false,
  thresholdCacheMs: 5_000,
  pipelines: { filter: { output: { topic: "cpu_load_stats_real_filter" } }, aggregate: {} },
};
const lag = (atLeastSeconds: number, more: Partial<Lag> = {}): Lag => ({
  messages: 52_000,
  seconds: atLeastSeconds,
  atLeastSeconds,
  trend: 0,
  leftSeconds: undefined,
  ...more,
});
const job = (more: Partial<JobActivity> = {}): JobActivity => ({
  state: "RUNNING",
  allTasksRunning: true,
  checkpointIntervalMs: 1_000,
  checkpoint: { at: NOW - 1_000, durationMs: 100 },
  ...more,
});

/** A stack whose parts are all up, with readings, and with the filter behind. */
function worldWith(filter: Lag, activity: JobActivity | null = job()): World {
  const world = new World(NOW - 600_000, ["filter"], ["Kafka"]);
  world.parts.up("Kafka");
  world.newestReadingAt = NOW;
  world.lags = new Map([["filter", filter]]);
  if (activity !== null) world.jobs = new Map([["filter", activity]]);
  return world;
}

function verdict(world: World) {
  const status = statusView(world, STACK, NOW);
  const state = { link: { state: "connected" }, sections: { status }, now: NOW, paused: false };
  return verdictOf(state as unknown as State);
}

describe("a pipeline", () => {
  it("is behind from 10 seconds and three checkpoints on", () => {
    expect(boundMs(1_000)).toBe(13_000);
    expect(verdict(worldWith(lag(13)))).toMatchObject({ level: "good", title: "All well" });
    expect(verdict(worldWith(lag(13.1)))).toMatchObject({ level: "warn", title: "Behind." });
    // Nobody knows how often Flink on Aiven takes checkpoints.
    expect(behindView(worldWith(lag(100), null), STACK.pipelines, NOW)).toEqual([]);
    expect(behindView(worldWith(lag(101), null), STACK.pipelines, NOW)).toHaveLength(1);
  });

  it.each([
    [
      "output",
      { backPressured: 0.9, busy: 0.1 },
      /held up by its output, .*topic cpu_load_stats_real_filter/,
      "status",
    ],
    ["busy", { backPressured: 0, busy: 0.98 }, /busy all the time\. Raise flink\.parallelism in/, "up"],
    [
      "checkpoint",
      { checkpoint: { at: NOW - 60_000, durationMs: 9 } },
      /not completed a checkpoint lately/,
      "status",
    ],
    ["checkpoint", { checkpoint: undefined }, /not completed a checkpoint lately/, "status"],
    ["not known", {}, /what Flink says/, "status"],
  ] as const)("that does not catch up shows why (%s) and what helps", (cause, activity, why, command) => {
    const world = worldWith(lag(45), job(activity));
    expect(behindView(world, STACK.pipelines, NOW)[0]?.cause).toBe(cause);
    const { text, help } = verdict(world);
    expect(text).toMatch(/^filter does not catch up: 52,000 messages, 45 s behind/);
    expect(text).toMatch(why);
    expect(help).toBe(`npm run ${command} -- local`);
  });

  it("that catches up shows how much is left, where it is, and for how long", () => {
    const world = worldWith(lag(300, { leftSeconds: 20 }), job({ watermarkDelayMs: 3_600_000 }));
    world.lags = new Map([...world.lags, ["aggregate", lag(200)]]);
    const { level, title, text, help } = verdict(world);
    expect([level, title, help]).toEqual(["unknown", "Catching up.", undefined]);
    expect(text).toMatch(
      /^filter still has 52,000 earlier messages to read, and has reached [\d:]+\. It takes about 20 s at this pace\. Also behind: aggregate\.$/,
    );
  });

  it("whose job has just started is given time to start", () => {
    const world = worldWith(lag(60), job({ checkpoint: undefined }));
    world.catchUps.job("filter", "a", NOW - 29_000);
    expect(verdict(world).title).toBe("Catching up.");
    world.catchUps.job("filter", "b", NOW - 30_000);
    expect(verdict(world).title).toBe("Behind.");
  });
});
