import { describe, expect, it } from "vitest";
import { areThose } from "../../oracle/harness/outputComparison.ts";
import { type OutputName, type Outputs, outputNames } from "../../oracle/model/outputs.ts";

const STUCK_MS = 50;
const NOTHING = Object.fromEntries(outputNames.map((name) => [name, []])) as unknown as Outputs;
const rows = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));

/** Jobs that commit all their results with their next checkpoint, once they have their input. */
class Jobs {
  readonly outputs = [...outputNames];
  readonly asked: (readonly OutputName[])[] = [];
  actual = NOTHING;

  constructor(private readonly results: Partial<Outputs>) {}

  async committedOutputs(outputs: readonly OutputName[] = outputNames): Promise<Outputs> {
    this.asked.push(outputs);
    const isReady = (name: OutputName) => name !== "alerts" || this.actual.aggregate.length > 0;
    const ready = outputs.filter(isReady).map((name) => [name, this.results[name] ?? []]);
    this.actual = { ...this.actual, ...Object.fromEntries(ready) };
    return this.actual;
  }
}

describe("the comparison of all outputs", () => {
  it("asks first for what is missing, then for what is derived from it, and at the end once for everything else", async () => {
    const expected = { ...NOTHING, filter: rows(1), aggregate: rows(2), alerts: rows(1) };
    const jobs = new Jobs(expected);
    await areThose(jobs, expected, STUCK_MS);
    const others = outputNames.filter((name) => !["filter", "aggregate", "alerts"].includes(name));
    expect(jobs.asked).toEqual([["filter", "aggregate"], ["alerts"], others]);
  });

  it("asks every job once if nothing is expected", async () => {
    const jobs = new Jobs(NOTHING);
    await areThose(jobs, NOTHING, STUCK_MS);
    expect(jobs.asked).toEqual([[...outputNames]]);
  });

  it.each<[string, Partial<Outputs>, RegExp]>([
    ["a missing row", { filter: rows(1) }, /filter/],
    ["a row of an output that should be empty", { filter: rows(2), late: rows(1) }, /late/],
    ["a row with other contents", { filter: [{ n: 0 }, { n: 7 }] }, /filter/],
  ])("fails with %s", async (_what, results, message) => {
    const expected = { ...NOTHING, filter: rows(2) };
    await expect(areThose(new Jobs(results), expected, STUCK_MS)).rejects.toThrow(message);
  });
});
