import { describe, expect, it, onTestFinished, vi } from "vitest";
import { repeat, until } from "../../../lib/until.ts";

/** A condition that returns each of these in turn, then the last one forever; `looks` counts the calls. */
function condition<T>(...given: T[]) {
  const counted = { looks: 0, look: () => given[Math.min(counted.looks++, given.length - 1)] };
  return counted;
}

describe("until", () => {
  it("checks until the condition returns a value, and returns it", async () => {
    const { look } = condition(undefined, undefined, "ready");
    expect(await until(look, { deadline: 5_000, pollMs: 1 })).toBe("ready");
    const counted = condition(false, true);
    expect(await until(async () => counted.look(), { deadline: 5_000, pollMs: 1 })).toBe(true);
    expect(counted.looks).toBe(2);
  });

  it("counts 0 and empty text as values", async () => {
    expect(await until(() => 0, { deadline: 0, pollMs: 1 })).toBe(0);
    expect(await until(() => "", { deadline: 0, pollMs: 1 })).toBe("");
  });

  it("checks at least once and gives up after the deadline", async () => {
    expect(await until(() => "at once", { deadline: 0, pollMs: 1 })).toBe("at once");
    const counted = condition(undefined);
    expect(await until(counted.look, { deadline: 20, pollMs: 1 })).toBeUndefined();
    expect(counted.looks).toBeGreaterThan(1);
  });

  it("begins with shorter pauses, if asked to", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const patient = condition(undefined);
    const waiting = until(patient.look, { deadline: 60_000, pollMs: 100, firstPollMs: 10 });
    // After pauses of 10, 20, 40, 80, 100 and 100 ms.
    await vi.advanceTimersByTimeAsync(350);
    expect(patient.looks).toBe(7);
    await vi.advanceTimersByTimeAsync(60_000);
    await waiting;
  });

  it("gives up after the deadline even if the clock is set back", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const waiting = until(() => undefined, { deadline: 1_000, pollMs: 100 });
    vi.setSystemTime(Date.now() - 3_600_000);
    await vi.advanceTimersByTimeAsync(1_200);
    expect(await Promise.race([waiting, Promise.resolve("still waiting")])).toBeUndefined();
  });

  it("throws what the condition throws", async () => {
    const look = () => {
      throw new Error("it died");
    };
    await expect(until(look, { deadline: 5_000, pollMs: 1 })).rejects.toThrow("it died");
  });

  it("ends with the reason of its signal, also during a pause", async () => {
    const stop = new AbortController();
    const counted = condition(undefined);
    const waiting = until(counted.look, { deadline: 60_000, pollMs: 60_000, signal: stop.signal });
    stop.abort(new Error("the engine was killed"));
    await expect(waiting).rejects.toThrow("the engine was killed");
    expect(counted.looks).toBe(1);
  });
});

it("repeat acts until its signal is aborted and then ends without an error", async () => {
  const stop = new AbortController();
  let times = 0;
  await repeat(
    async () => {
      if (++times === 3) stop.abort();
    },
    { pollMs: 1, signal: stop.signal },
  );
  expect(times).toBe(3);
});
