import { expect, test } from "vitest";
import { Backlog } from "../../../apps/generator/backlog.ts";
import { parseGeneratorOptions } from "../../../apps/generator/options.ts";
import { encode, keyOf, readings } from "../../../apps/generator/readings.ts";

const START = Date.parse("2026-01-01T00:00:00Z");

test("a message is taken when it is due, not before", () => {
  const backlog = new Backlog(readings(parseGeneratorOptions({ start: START, hosts: "doc", count: 3 })));
  expect(backlog.nextAt).toBe(START);
  expect(backlog.take(START - 1).messages).toEqual([]);
  expect(backlog.take(START).messages.map(({ occurredAt }) => occurredAt)).toEqual([START]);

  const rest = backlog.take(START + 60_000);
  expect(rest.messages).toHaveLength(2);
  expect(rest.full).toBe(false);
  expect(backlog.nextAt).toBeUndefined();
});

test("a long history arrives in order, in full batches below 1 MB that never split a millisecond", () => {
  const options = parseGeneratorOptions({ start: START, rate: 20_000, duration: "4s" });
  const all = [...readings(options)];
  const backlog = new Backlog(readings(options));
  const batches = [];
  while (backlog.nextAt !== undefined) batches.push(backlog.take(START + 10_000));

  const taken = batches.flatMap(({ messages }) => messages);
  expect(taken.map(({ value }) => value)).toEqual(all.map(encode));
  expect(taken.map(({ key }) => key)).toEqual(all.map(keyOf));
  expect(batches.map(({ full }) => full)).toEqual([...batches.slice(1).map(() => true), false]);
  expect(batches.length).toBeGreaterThan(5);
  for (const [index, { messages }] of batches.entries()) {
    const characters = messages.reduce((sum, { key, value }) => sum + key.length + value.length, 0);
    expect(characters).toBeLessThan(1_000_000);
    const last = messages.at(-1)?.occurredAt ?? 0;
    expect(batches[index + 1]?.messages[0]?.occurredAt ?? Infinity).toBeGreaterThan(last);
  }
});
