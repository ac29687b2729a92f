/** A window of event time: [`start`, `end`), epoch ms. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** A (host, cpu) pair. */
export interface SeriesName {
  readonly hostname: string;
  readonly cpu: string;
}

/** The average usage of a series in one window, in percent. */
export interface Aggregate extends SeriesName, Window {
  readonly average: number;
}

/** An {@link Aggregate} that is over the threshold of its host, in percent. */
export interface OverThreshold extends Aggregate {
  readonly threshold: number;
}

/**
 * Reads a value of the topic of notifications: `{"hostname","cpu","window_start","window_end","usage_avg",
 * "threshold", …}`.
 *
 * @returns `undefined` for anything else
 */
export function parseNotification(value: Buffer | null): OverThreshold | undefined {
  const fields = parseObject(value);
  const aggregate = aggregateOf(fields);
  const threshold = fields.threshold;
  return aggregate && isPercentage(threshold) ? { ...aggregate, threshold } : undefined;
}

/**
 * Reads a value of the topic of aggregates: `{"hostname","cpu","window_start","window_end","usage_avg", …}`.
 *
 * @returns `undefined` for anything else
 */
export function parseAggregate(value: Buffer | null): Aggregate | undefined {
  return aggregateOf(parseObject(value));
}

/** What a series is called in keys: `dopey/cpu4`. */
export function keyOf({ hostname, cpu }: SeriesName): string {
  return `${hostname}/${cpu}`;
}

function aggregateOf(fields: Record<string, unknown>): Aggregate | undefined {
  const { hostname, cpu, usage_avg: average } = fields;
  const start = parseTimestamp(fields.window_start);
  const end = parseTimestamp(fields.window_end);
  if (!isName(hostname) || !isName(cpu) || !isPercentage(average)) return undefined;
  if (start === undefined || end === undefined || end <= start) return undefined;
  return { hostname, cpu, start, end, average };
}

/** Flink's SQL form of a UTC time, `2026-01-05 13:00:30` with an optional fraction, or ISO: epoch ms. */
function parseTimestamp(value: unknown): number | undefined {
  const match =
    typeof value === "string" ? /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(\.\d+)?)Z?$/.exec(value) : null;
  const time = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}Z`);
  return Number.isNaN(time) ? undefined : time;
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

function isPercentage(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function parseObject(value: Buffer | null): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(String(value));
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
