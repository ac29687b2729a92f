import { expect, it } from "vitest";
import { thresholdTableHandler } from "../../provider/postgres/thresholdTable.ts";

const check = (rows: Record<string, unknown>) =>
  thresholdTableHandler
    .check(
      {
        connection: {} as never,
        table: "t",
        ddl: "",
        rows: rows as never,
        replace: false,
        replaceSetting: "",
      },
      undefined,
    )
    .map(({ property, reason }) => `${property}: ${reason}`);

it("a threshold may be any percentage with two decimals", () => {
  expect(check({ doc: 0, grumpy: 100, sleepy: 82.5, dopey: 0.01, bashful: 99.99, happy: 33.33 })).toEqual([]);
});

it("any other threshold is refused, for all hosts at once", () => {
  const rows = {
    doc: 100.01,
    grumpy: -1,
    sleepy: 20.505,
    happy: Number.NaN,
    sneezy: "50",
    dopey: null,
    bashful: 60,
  };
  expect(check(rows)).toEqual(
    Object.entries(rows)
      .slice(0, -1)
      .map(
        ([host, threshold]) =>
          `rows: the threshold of ${host} is ${threshold}; allowed is percent from 0 to 100 with at most two decimals`,
      ),
  );
});

it.each([
  ["", '""'],
  [" ", '" "'],
  ["\u00a0\u2003", '"\u00a0\u2003"'],
  ["do\nc", '"do\\nc"'],
  ["\ud800", '"\\ud800"'],
  ["\ufffd", '"\ufffd"'],
  ["d".repeat(254), `"${"d".repeat(254)}"`],
])("a threshold for %j, which no valid reading has as its host, is refused", (host, shown) => {
  expect(check({ [host]: 50 })).toEqual([
    `rows: ${shown} is not a valid host name for a threshold; allowed are 1 to 253 characters without control characters, not all of them blanks`,
  ]);
});

it.each(["d", " doc", "d".repeat(253), "😀".repeat(253), "Robert'); DROP TABLE x;--", "näme"])(
  "a threshold for %j, which a valid reading may have as its host, is accepted",
  (host) => {
    expect(check({ [host]: 50 })).toEqual([]);
  },
);
