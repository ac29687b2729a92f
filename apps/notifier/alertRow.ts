import { parseFlinkTime } from "../../clients/flink/time.ts";

/** What a row of the alerts says of an episode: it begins, it lasts, it is over. */
export const EVENTS = ["raised", "still", "cleared"] as const;
export type AlertEvent = (typeof EVENTS)[number];

/** A row of the topic cpu_alerts. Times in epoch ms. */
export interface AlertRow {
  /** Such as `dopey/cpu4`. */
  readonly series: string;
  /** Such as `threshold`. */
  readonly rule: string;
  readonly event: AlertEvent;
  readonly hostname: string;
  readonly cpu: string;
  /** When the episode began; with series and rule, it names the episode. */
  readonly since: number;
  /** The window that the row speaks about. */
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly message: string;
  /** All further columns that are not NULL, such as `actual` and `threshold`. */
  readonly values: Readonly<Record<string, string | number>>;
}

/** Where a record is in the topic. */
export interface Place {
  readonly partition: number;
  readonly offset: number;
}

/** A row as it was read. */
export interface ReadRow extends Place {
  readonly row: AlertRow;
  /** When Kafka got it, epoch ms. */
  readonly arrivedAt: number;
}

/** What a rule watches of a series: it has one episode at a time. */
export const watchOf = ({ rule, series }: AlertRow) => `${rule} ${series}`;

/**
 * Reads a record of the topic: the series is its key, everything else is in its value.
 *
 * @returns undefined for anything else
 */
export function parseAlertRow(key: Buffer | null | undefined, value: Buffer | null): AlertRow | undefined {
  const fields = parseObject(value);
  const series = key?.toString() ?? "";
  const { rule, event, hostname, cpu, since, window_start, window_end, message, ...rest } = fields;
  const began = parseFlinkTime(since);
  if (series === "" || !isText(rule) || !isEvent(event) || !isText(hostname) || began === undefined) {
    return undefined;
  }
  const values = Object.entries(rest).filter(
    (entry): entry is [string, string | number] =>
      typeof entry[1] === "string" || typeof entry[1] === "number",
  );
  return {
    series,
    rule,
    event,
    hostname,
    cpu: isText(cpu) ? cpu : "",
    since: began,
    start: parseFlinkTime(window_start),
    end: parseFlinkTime(window_end),
    message: isText(message) ? message : `${series}: ${rule} ${event}`,
    values: Object.fromEntries(values),
  };
}

const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";
const isEvent = (value: unknown): value is AlertEvent => EVENTS.some((event) => event === value);

function parseObject(value: Buffer | null): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(String(value));
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
