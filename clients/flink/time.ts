const TIME = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(\.\d+)?)Z?$/;

/**
 * Epoch ms of a time in Flink's JSON format: `2026-11-22 18:02:30` with an optional fraction, in UTC, or ISO.
 *
 * @returns undefined for anything else
 */
export function parseFlinkTime(value: unknown): number | undefined {
  const match = typeof value === "string" ? TIME.exec(value) : null;
  const ms = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}
