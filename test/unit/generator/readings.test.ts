import { expect, test } from "vitest";
import { parseGeneratorOptions, type RawGeneratorOptions } from "../../../apps/generator/options.ts";
import { encode, firstTurnFrom, keyOf, type Reading, readings } from "../../../apps/generator/readings.ts";
import { seriesOf } from "../../../apps/generator/series.ts";
import { usageAt } from "../../../apps/generator/signal.ts";

const START = Date.parse("2026-01-01T00:00:00Z");

function messages(raw: RawGeneratorOptions, firstTurn = 0): string[] {
  return [...readings(parseGeneratorOptions({ start: START, ...raw }), firstTurn)].map(encode);
}

test("a message has the tutorial's shape, byte for byte", () => {
  const reading: Reading = {
    hostname: "dopey",
    cpu: "cpu4",
    usage: 98.3335306302198,
    occurredAt: 1633956789277,
  };
  expect(encode(reading)).toBe(
    '{"hostname":"dopey","cpu":"cpu4","usage":98.3335306302198,"occurred_at":1633956789277}',
  );
  expect(keyOf(reading)).toBe("dopey/cpu4");
});

test("every generated message matches the shape, with usage from 0 to 100", () => {
  const shape = /^\{"hostname":"[a-z]+","cpu":"cpu[1-5]","usage":\d+(\.\d+)?,"occurred_at":\d{13}\}$/;
  const all = messages({ duration: "10m" });
  expect(all.length).toBeGreaterThan(19_000);
  for (const message of all) {
    expect(message).toMatch(shape);
    expect(JSON.parse(message).usage).toBeLessThanOrEqual(100);
  }
});

test("these are the first messages of seed 1, today and in every later version", () => {
  expect(messages({ count: 3, hosts: "doc,web-1", cpus: "cpu1" })).toMatchInlineSnapshot(`
    [
      "{"hostname":"doc","cpu":"cpu1","usage":8.266792935289628,"occurred_at":1767225600000}",
      "{"hostname":"web-1","cpu":"cpu1","usage":26.44393771850857,"occurred_at":1767225600028}",
      "{"hostname":"doc","cpu":"cpu1","usage":9.005952730003537,"occurred_at":1767225600057}",
    ]
  `);
});

test("the same options give the same bytes; another seed gives different ones", () => {
  const first = messages({ duration: "2m" });
  expect(messages({ duration: "2m" })).toEqual(first);

  const known = new Set(first);
  expect(messages({ duration: "2m", seed: 2 }).filter((message) => known.has(message))).toEqual([]);
});

test("a value depends only on seed, host, cpu and time, not on what was generated before", () => {
  const all = messages({ duration: "2m", rate: 700 });
  const others = all.toReversed().filter((message) => {
    const { hostname, cpu, usage, occurred_at } = JSON.parse(message);
    return usageAt(seriesOf(1, hostname, cpu), occurred_at) !== usage;
  });
  expect(all.length).toBeGreaterThan(80_000);
  expect(others).toEqual([]);
});

test("other hosts and another rate do not change the values of a series", () => {
  const alone = messages({ hosts: "happy", cpus: "cpu2", rate: 1, duration: "20m" });
  const fast = new Set(messages({ hosts: "happy", cpus: "cpu2", rate: 10, duration: "20m" }));
  expect(alone.length).toBeGreaterThan(1000);
  expect(alone.filter((message) => !fast.has(message))).toEqual([]);
});

test("turns are exactly 1000 / rate ms apart, and the series take turns", () => {
  const options = parseGeneratorOptions({ start: START, duration: "10m" });
  const order = options.hosts.flatMap((host) => options.cpus.map((cpu) => `${host}/${cpu}`));
  const times = new Map<string, number[]>(order.map((key) => [key, []]));
  for (const reading of readings(options)) times.get(keyOf(reading))?.push(reading.occurredAt - START);

  order.forEach((key, index) => {
    const offset = Math.floor((index * 1000) / 35);
    const of = times.get(key) ?? [];
    expect(of.length).toBeGreaterThan(300);
    for (const time of of) expect(time % 1000).toBe(offset);
    expect(new Set(of).size).toBe(of.length);
  });
});

test("a rate of 4,000 has four turns in each millisecond", () => {
  const all = [...readings(parseGeneratorOptions({ start: START, rate: 4000, duration: "1s" }))];
  const perMs = new Map<number, number>();
  for (const { occurredAt } of all) perMs.set(occurredAt, (perMs.get(occurredAt) ?? 0) + 1);
  expect(perMs.size).toBe(1000);
  expect(Math.max(...perMs.values())).toBe(4);
  expect(all.length).toBeGreaterThan(3_000);
});

test("count counts messages, not turns: silent series do not shorten the sequence", () => {
  expect(messages({ count: 5_000 })).toHaveLength(5_000);
});

test("duration ends before start + duration", () => {
  const times = messages({ duration: "90s" }).map((message) => JSON.parse(message).occurred_at as number);
  expect(times.at(-1)).toBeGreaterThan(START + 89_900);
  expect(times.at(-1)).toBeLessThan(START + 90_000);
});

test("a sequence continues from any turn as if it had never stopped", () => {
  const all = messages({ duration: "1m", rate: 300 });
  const options = { start: START, rate: 300 };
  const cut = all.findIndex((message) => JSON.parse(message).occurred_at > START + 20_000);
  expect(messages({ duration: "1m", rate: 300 }, firstTurnFrom(options, START + 20_001))).toEqual(
    all.slice(cut),
  );
});

test.each([
  [35, START, 0],
  [35, START - 5_000, 0],
  [35, START + 1, 1],
  [35, START + 1000, 35],
  [35, START + 1001, 36],
  [5000, START + 1, 5],
  [0.1, START + 1, 1],
  [0.1, START + 10_001, 2],
])("at rate %d the first turn from %i is %i", (rate, time, turn) => {
  expect(firstTurnFrom({ start: START, rate }, time)).toBe(turn);
});
