import { describe, expect, it } from "vitest";
import { until } from "../../lib/until.ts";

describe("waiting for a condition", () => {
  it("returns what the condition finally returns, and undefined after the deadline", async () => {
    let asked = 0;
    const third = () => (++asked === 3 ? "there" : undefined);
    expect(await until(third, { deadline: 60_000, pollMs: 1 })).toBe("there");
    expect(asked).toBe(3);
    expect(await until(() => false, { deadline: 5, pollMs: 1 })).toBeUndefined();
  });

  it("causes no Node warning, however many wait at a time", async () => {
    const warnings: string[] = [];
    const note = ({ message }: Error) => warnings.push(message);
    process.on("warning", note);
    const waits = Array.from({ length: 20 }, () => until(() => false, { deadline: 20, pollMs: 5 }));
    await Promise.all(waits);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", note);
    expect(warnings).toEqual([]);
  });
});
