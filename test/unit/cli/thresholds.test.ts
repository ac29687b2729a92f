import { expect, it } from "vitest";
import { thresholdReport } from "../../../cli/output/thresholds.ts";

it("a threshold's host passes no control character to the terminal", () => {
  expect(thresholdReport([{ hostname: "a\u009b2Jb", allowed_top: 20.5, total: 3 }])).toEqual({
    rows: [["a\u{fffd}2Jb", "20.5"]],
    notes: ["and 2 further hosts"],
    troubles: [],
  });
});
