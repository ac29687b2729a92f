import type { AlertRow } from "../model/episodes.ts";
import { Fields } from "./fields.ts";

/** A row of cpu_alerts; undefined if it is not one. */
export function alertRow(value: Buffer | null): AlertRow | undefined {
  const fields = Fields.of(value);
  const [windowStart, windowEnd] = [fields?.time("window_start"), fields?.time("window_end")];
  const since = fields?.time("since");
  if (!fields || windowStart === undefined || windowEnd === undefined || since === undefined)
    return undefined;
  return {
    rule: fields.text("rule"),
    event: fields.text("event"),
    hostname: fields.text("hostname"),
    cpu: fields.text("cpu"),
    windowStart,
    windowEnd,
    actual: fields.number("actual"),
    threshold: fields.number("threshold"),
    expected: fields.number("expected"),
    since,
    message: fields.text("message"),
  };
}
