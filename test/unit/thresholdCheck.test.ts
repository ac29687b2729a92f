import { expect, it } from "vitest";
import { thresholdTableHandler } from "../../provider/postgres/thresholdTable.ts";

const check = (rows: Record<string, unknown>) =>
  thresholdTableHandler.check(
    { connection: {} as never, table: "t", ddl: "", rows: rows as never },
    undefined,
  );

it("accepts whole percentages", () => {
  expect(check({ doc: 0, grumpy: 100, "": 50 })).toEqual([]);
});

it("refuses everything else, every host at once", () => {
  const rows = {
    doc: 101,
    grumpy: -1,
    sleepy: 20.5,
    happy: Number.NaN,
    sneezy: "50",
    dopey: null,
    bashful: 60,
  };
  expect(check(rows)).toEqual(
    Object.entries(rows)
      .slice(0, -1)
      .map(([host, threshold]) => ({
        property: "rows",
        reason: `the threshold of ${host} is ${threshold}: whole percent from 0 to 100 are allowed`,
      })),
  );
});
