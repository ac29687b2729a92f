import { expect, it, onTestFinished, vi } from "vitest";
import { recent } from "../../../lib/recent.ts";

/** A request that counts what it was asked for. */
function counting() {
  const asked: string[] = [];
  const request = async (key: string) => {
    asked.push(key);
    return `${key} ${asked.length}`;
  };
  return { asked, request };
}

it("whoever asks soon after a request gets its answer, for each key", async () => {
  const { asked, request } = counting();
  const ask = recent(60_000, request);
  expect(await Promise.all([ask("a"), ask("a"), ask("b")])).toEqual(["a 1", "a 1", "b 2"]);
  expect(await ask("a")).toBe("a 1");
  expect(asked).toEqual(["a", "b"]);
});

it("an answer that is too old is asked for again", async () => {
  const { asked, request } = counting();
  const ask = recent(0, request);
  expect([await ask("a"), await ask("a")]).toEqual(["a 1", "a 2"]);
  expect(asked).toHaveLength(2);
});

it("a clock that is set back does not make an answer last", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { asked, request } = counting();
  const ask = recent(200, request);
  await ask("a");
  vi.setSystemTime(Date.now() - 3_600_000);
  await vi.advanceTimersByTimeAsync(200);
  await ask("a");
  expect(asked).toHaveLength(2);
});

it("a failure is told to all who waited for it, and asked for again", async () => {
  let asked = 0;
  const ask = recent(60_000, async () => {
    if (++asked === 1) throw new Error("away");
    return "back";
  });
  const both = await Promise.allSettled([ask("a"), ask("a")]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await ask("a")).toBe("back");
});
