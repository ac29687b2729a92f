import { describe, expect, it } from "vitest";
import type { FaultyStack } from "../faults/faultyStack.ts";
import { kinds, onDemand } from "../faults/kinds.ts";
import { Random } from "../faults/random.ts";
import { commandOf } from "../faults/runOptions.ts";
import { nextFaults } from "../faults/schedule.ts";
import { compare } from "../faults/verdict.ts";

const SERVERS = [
  "kafka-broker",
  "postgres-server",
  "flink-jobmanager",
  "flink-taskmanager",
  "openSearch-node",
];

/** What kinds of faults request from a stack when they are chosen. */
const stack = {
  servers: { names: SERVERS, needsUp: () => false },
  everything: [...SERVERS, "thresholds", "connections", "slack"],
  partitions: 3,
  canGrow: true,
  told: {},
  network: { servers: SERVERS },
  means: { preload: {}, disk: {} },
  stack: {
    outputs: { openSearch: { url: "http://127.0.0.1:1" }, results: { search: { index: "readings" } } },
  },
} as unknown as FaultyStack;

const schedule = (seed: number, rounds: number) => {
  const random = new Random(seed);
  return Array.from({ length: rounds }, () => nextFaults(stack, kinds, random));
};

describe("the faults of a run", () => {
  const names = (seed: number) => schedule(seed, 50).map((faults) => faults.map(({ name }) => name));

  it("are the same for the same seed, and different for another", () => {
    expect(names(7)).toEqual(names(7));
    expect(names(7)).not.toEqual(names(8));
  });

  it("are of every kind, hit every server, and come alone and in pairs that hit different parts", () => {
    const rounds = schedule(7, 1_000);
    const all = rounds.flat().map(({ name }) => name);
    for (const server of SERVERS) {
      expect(all).toContain(`kill -9 ${server}`);
      expect(all).toContain(`stop ${server}`);
      expect(all.filter((name) => name.startsWith(`freeze ${server}`)).length).toBeGreaterThan(1);
    }
    expect(all).toEqual(
      expect.arrayContaining(["power cut", "OpenSearch read-only for 15 s", "a partition more, 4"]),
    );
    expect(all.some((name) => name.startsWith("lock cpu_thresholds"))).toBe(true);
    expect(all).toContain("take all connections of PostgreSQL for 15 s");
    for (const kind of [
      /^cut the network to kafka-broker for 40 s$/,
      /^kill -9 flink-jobmanager, and again .* s after it has got job \d back$/,
      /^delay the network to .* by 200 ms for 15 s$/,
      /^lose what goes to /,
      /^lose what goes out of /,
      /^kill -9 up after [\d.]+ s \(a partition more \(4\)\), up$/,
      /^kill -9 up after [\d.]+ s \(another setting of all jobs\), up$/,
      /^kill -9 .*engine/,
      /^two ups within [\d.]+ s /,
      /^Slack answers 429$/,
      /^fill the disk for 1\d s$/,
    ]) {
      expect(all).toContainEqual(expect.stringMatching(kind));
    }
    expect(new Set(rounds.map((faults) => faults.length))).toEqual(new Set([1, 2]));
    for (const [first, second] of rounds) {
      expect(second?.parts.filter((part) => first?.parts.includes(part)) ?? []).toEqual([]);
    }
  });
});

it("clocks are stepped, and Kafka is cut off for minutes, only on request", () => {
  const random = new Random(7);
  const names = Array.from({ length: 60 }, () => nextFaults(stack, onDemand, random)[0]?.name);
  expect(new Set(names)).toEqual(
    new Set([
      "step the clocks by +1 h for 20 s",
      "step the clocks by -1 h for 20 s",
      "cut the network to kafka-broker for 130 s",
      "cut the network to kafka-broker for 180 s",
      "cut the network to kafka-broker for 240 s",
    ]),
  );
});

it.each([
  [[], "npm run faults -- --stack docker --minutes 8 --seed 12 --rate 1000"],
  [
    ["kill", "freeze"],
    "npm run faults -- --stack docker --minutes 8 --seed 12 --rate 1000 --only kill,freeze",
  ],
])("a run limited to the kinds %j is repeated by its options", (only, command) => {
  expect(commandOf({ minutes: 8, seed: 12, rate: 1000, only, host: "docker" })).toBe(command);
});

describe("the verdict", () => {
  const row = (usage: number) => ({ hostname: "doc", usage });

  it("counts missing rows and repeated ones", () => {
    const expected = [row(1), row(1), row(2), row(3)];
    expect(compare("filter", expected, expected)).toMatchObject({ expected: 4, missing: 0, repeated: 0 });
    expect(compare("filter", expected, [row(1), row(2), row(2), row(2)])).toMatchObject({
      expected: 4,
      missing: 2,
      repeated: 2,
    });
  });
});
