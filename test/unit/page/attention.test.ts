import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Attention } from "../../../apps/page/feeds/attention.ts";

const PACE = { watchedMs: 1_000, aloneMs: 60_000 };

describe("attention", () => {
  let stop: AbortController;
  let looks: number;
  let attention: Attention;
  let ended: Promise<void>;

  beforeEach(() => {
    vi.useFakeTimers();
    stop = new AbortController();
    looks = 0;
    attention = new Attention();
    ended = attention.repeat(async () => void looks++, PACE, stop.signal);
  });
  afterEach(async () => {
    stop.abort();
    await ended;
    vi.useRealTimers();
  });

  it("makes feeds poll rarely while nobody is there, and every second while a browser is", async () => {
    await vi.advanceTimersByTimeAsync(59_000);
    expect(looks).toBe(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(looks).toBe(2);
    const leave = attention.enter();
    await vi.advanceTimersByTimeAsync(0);
    expect(looks).toBe(3);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(looks).toBe(13);
    leave();
    await vi.advanceTimersByTimeAsync(50_000);
    expect(looks).toBe(14);
  });

  it("continues for the browsers that stay", async () => {
    const [first, second] = [attention.enter(), attention.enter()];
    first();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(looks).toBe(7);
    second();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(looks).toBe(8);
  });

  it("makes all feeds poll for a client that asks once", async () => {
    await vi.advanceTimersByTimeAsync(10_000);
    await attention.refresh(2_000);
    expect(looks).toBe(2);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(looks).toBe(2);
  });

  it("does not wait for a feed that hangs", async () => {
    let looked = 0;
    const hangs = () => (looked++ === 0 ? Promise.resolve() : new Promise<void>(() => {}));
    void attention.repeat(hangs, PACE, stop.signal);
    await vi.advanceTimersByTimeAsync(1_000);
    let isDone = false;
    const asked = attention.refresh(2_000).then(() => {
      isDone = true;
    });
    await vi.advanceTimersByTimeAsync(1_900);
    expect([isDone, looked, looks]).toEqual([false, 2, 2]);
    await vi.advanceTimersByTimeAsync(100);
    await asked;
  });

  it("does not wait for a feed that has ended", async () => {
    stop.abort();
    await ended;
    await attention.refresh(60_000);
    expect(looks).toBe(1);
  });
});
