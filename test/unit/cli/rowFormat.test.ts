import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { RowFormat } from "../../../cli/output/rowFormat.ts";

const shown = (fields: Record<string, unknown>) =>
  stripVTControlCharacters(new RowFormat(["alerts", "notify"]).row({ pipeline: "alerts", fields }));

describe("a row on the terminal", () => {
  it("shows measured values with one decimal, and a threshold as it is", () => {
    expect(shown({ usage_avg: 90.66666, actual: 51.60659967084253, threshold: 82.55, windows: 3 })).toBe(
      "alerts  usage_avg  90.7  actual  51.6  threshold 82.55  windows 3",
    );
  });
});
