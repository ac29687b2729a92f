import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { RowFormat } from "../../../cli/output/rowFormat.ts";

const shown = (fields: Record<string, unknown>) =>
  stripVTControlCharacters(new RowFormat(["alerts", "notify"]).row({ pipeline: "alerts", fields }));

const alert = (line: string) =>
  stripVTControlCharacters(new RowFormat(["alerts", "notify"]).alert("alerts", line));

describe("a row on the terminal", () => {
  it("shows measured values with one decimal, and a threshold as it is", () => {
    expect(shown({ usage_avg: 90.66666, actual: 51.60659967084253, threshold: 82.55, windows: 3 })).toBe(
      "alerts  usage_avg  90.7  actual  51.6  threshold 82.55  windows 3",
    );
  });

  it("does nothing to the terminal, whatever a message or a name contains", () => {
    expect(shown({ message: '"\u009b31m\u007f\u202e"', hostname: "\u202edoc" })).toBe(
      'alerts  message "\ufffd31m\ufffd\ufffd"  hostname \ufffddoc   ',
    );
    expect(alert("to the log: :red_circle: \u202edoc/cpu1")).toBe("alerts  🔴 \ufffddoc/cpu1");
  });
});
