import { expect, test } from "vitest";
import { parseAlertRow } from "../../../apps/notifier/alertRow.ts";
import { alertRecord } from "../../support/slackNotifier.ts";
import { START } from "./alerts.ts";

const parse = (value: unknown, key: string | null = "dopey/cpu4") =>
  parseAlertRow(key === null ? null : Buffer.from(key), Buffer.from(JSON.stringify(value)));
const fields = JSON.parse(alertRecord(["raised", "dopey/cpu4", 1, 0]).value);

test("a row takes its series from the key and everything else from the value", () => {
  expect(parse(fields)).toEqual({
    series: "dopey/cpu4",
    rule: "threshold",
    event: "raised",
    hostname: "dopey",
    cpu: "cpu4",
    since: START,
    start: START + 30_000,
    end: START + 60_000,
    message: "dopey/cpu4 is over its threshold: 95 % on average, threshold 90 %",
    // NULL values are left out.
    values: { actual: 95, threshold: 90, windows: 2 },
  });
});

test("a row may be without a CPU, a window and a message", () => {
  const { cpu, window_start, window_end, message, ...rest } = fields;
  expect(parse({ ...rest, rule: "silent" })).toMatchObject({
    cpu: "",
    start: undefined,
    end: undefined,
    message: "dopey/cpu4: silent raised",
  });
});

test.each<[string, unknown, (string | null)?]>([
  ["no key", fields, null],
  ["an unknown event", { ...fields, event: "maybe" }],
  ["no rule", { ...fields, rule: null }],
  ["no host", { ...fields, hostname: " " }],
  ["a time without a meaning", { ...fields, since: "yesterday" }],
  ["a list", [1]],
])("%s is not a row", (_what, value, key = "dopey/cpu4") => {
  expect(parse(value, key)).toBeUndefined();
});

test.each([null, Buffer.from("{"), Buffer.from("null")])("%s is not a row", (value) => {
  expect(parseAlertRow(Buffer.from("dopey/cpu4"), value)).toBeUndefined();
});
