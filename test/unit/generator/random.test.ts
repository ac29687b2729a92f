import { expect, test } from "vitest";
import { boundedNormal, hashNumber, hashText, mulberry32 } from "../../../apps/generator/random.ts";

test("hashText is FNV-1a: the published values for these texts", () => {
  expect(hashText("")).toBe(0x811c9dc5);
  expect(hashText("a")).toBe(0xe40c292c);
  expect(hashText("foobar")).toBe(0xbf9cf968);
});

test("mulberry32 is repeatable for a seed and spread evenly over [0, 1)", () => {
  const [one, two] = [mulberry32(42), mulberry32(42)];
  const values = Array.from({ length: 10_000 }, () => one());
  expect(values.map(() => two())).toEqual(values);

  const tenths = new Array<number>(10).fill(0);
  for (const value of values) tenths[Math.floor(value * 10)] = (tenths[Math.floor(value * 10)] ?? 0) + 1;
  for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test("hashNumber distinguishes neighbouring and distant numbers, also beyond 32 bits", () => {
  const numbers = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, 1767225600000, 1767225600001, -1];
  expect(new Set(numbers.map((number) => hashNumber(1, number))).size).toBe(numbers.length);
});

test("boundedNormal has mean 0, deviation 1, and stays within 3", () => {
  const next = mulberry32(7);
  const values = Array.from({ length: 20_000 }, () => boundedNormal(next));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(Math.abs(variance - 1)).toBeLessThan(0.03);
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(3);
});
