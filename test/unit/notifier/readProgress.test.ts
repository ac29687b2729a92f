import { beforeEach, expect, test, vi } from "vitest";
import { Positions } from "../../../apps/notifier/positions.ts";
import { ReadProgress } from "../../../apps/notifier/readProgress.ts";

const at = (partition: number, offset: number) => ({ topic: "t", partition, offset: String(offset) });

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000 });
  return () => vi.useRealTimers();
});

test("a topic is read up to the moment of a sample when reading reaches the end it had then", async () => {
  const positions = new Positions();
  let ends = [at(0, 5), at(1, 12)];
  const progress = new ReadProgress(async () => ends, positions);
  expect(progress.until).toBe(0);
  await progress.sample();
  positions.set(at(0, 5));
  positions.set(at(1, 9));
  expect(progress.until).toBe(0);

  vi.setSystemTime(2_000);
  ends = [at(0, 6)];
  await progress.sample();
  positions.set(at(1, 13));
  expect(progress.until).toBe(1_000);

  await progress.sample();
  expect(progress.until).toBe(1_000);
  positions.set(at(0, 6));
  expect(progress.until).toBe(2_000);
});

test("an empty topic is read at once, and nothing is known while Kafka does not answer", async () => {
  const empty = new ReadProgress(async () => [], new Positions());
  await empty.sample();
  expect(empty.until).toBe(1_000);

  const away = new ReadProgress(async () => Promise.reject(new Error("away")), new Positions());
  await away.sample();
  expect(away.until).toBe(0);
});
