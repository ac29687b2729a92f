import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fault } from "./fault.ts";
import { FaultyStack } from "./faultyStack.ts";
import { powerCut } from "./kinds/powerCut.ts";
import { Random } from "./random.ts";
import { type RoundResult, round } from "./round.ts";

const SEED = 7;
const RATE = 300;

/** A short version of `npm run faults`: three rounds with few pipelines. */
describe.sequential("a stack under faults", () => {
  let stack: FaultyStack;
  let rounds = 0;

  beforeAll(async () => {
    stack = await FaultyStack.create([
      "filter",
      "aggregate",
      "thresholdFilter",
      "countOverThreshold",
      "late",
      "alerts",
    ]);
  });

  afterAll(() => stack?.destroy());

  const kill = (server: string): Fault => ({
    name: `kill -9 ${server}`,
    parts: [server],
    lastsMs: 0,
    inject: () => stack.servers.kill(server),
  });

  async function happens(...faults: Fault[]): Promise<RoundResult> {
    const random = new Random(SEED + rounds++);
    const result = await round(stack, faults, { random, load: random, rate: RATE });
    console.log(`${result.faults.join(" + ")}: healthy after ${result.recovery.seconds.toFixed(1)} s`);
    expect(result.verdict).toEqual({
      expected: result.verdict.expected,
      missing: 0,
      repeated: 0,
      details: "",
    });
    expect(result.verdict.expected).toBeGreaterThan(100);
    // Episodes begin and end in Slack exactly once, too.
    expect(result.slack).toMatchObject({ missing: 0, repeated: 0, disordered: 0 });
    expect(result.slack?.changes).toBeGreaterThan(0);
    return result;
  }

  it("neither loses nor repeats a row when Kafka and the TaskManager die and come back without an up", async () => {
    const { recovery } = await happens(kill("kafka-broker"), kill("flink-taskmanager"));
    expect(recovery.byUp).toBe(false);
  });

  it("neither loses nor repeats a row when the JobManager and PostgreSQL die and jobs are resumed without an up", async () => {
    const { recovery } = await happens(kill("flink-jobmanager"), kill("postgres-server"));
    expect(recovery.byUp).toBe(false);
  });

  it("neither loses nor repeats a row in a power cut, after which an up brings everything back", async () => {
    const cut = powerCut.next(stack, new Random(SEED));
    if (cut === undefined) throw new Error("there is no power cut");
    const { recovery } = await happens(cut);
    expect(recovery.byUp).toBe(true);
  });
});
