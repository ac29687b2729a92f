import * as v from "valibot";
import { parseFlinkTime } from "../../clients/flink/time.ts";

/** What a row of the alerts reports about an episode: it begins, is ongoing, or is over. */
export type AlertEvent = (typeof EVENTS)[number];
const EVENTS = ["raised", "still", "cleared"] as const;

/** A row of the topic cpu_alerts. Times in epoch ms. */
export interface AlertRow {
  /** Such as `dopey/cpu4`. */
  readonly series: string;
  /** Such as `threshold`. */
  readonly rule: string;
  readonly event: AlertEvent;
  readonly hostname: string;
  readonly cpu: string;
  /** When the episode began; with rule, series, hostname and cpu, it identifies the episode. */
  readonly since: number;
  /** The window that the row is about. */
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly message: string;
  /** All other columns that are not NULL, such as `actual` and `threshold`. */
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
  /** When Kafka received it, epoch ms. */
  readonly arrivedAt: number;
}

/**
 * A rule's watch on a series, which has one episode at a time. A series alone may stand for two: `rack/1/0` is CPU `0` of
 * host `rack/1`, or CPU `1/0` of host `rack`.
 */
export const watchOf = ({ rule, series, hostname, cpu }: AlertRow) =>
  JSON.stringify([rule, series, hostname, cpu]);

const text = v.pipe(v.string(), v.regex(/\S/));
const time = v.pipe(v.unknown(), v.transform(parseFlinkTime));

const VALUE = v.pipe(
  v.string(),
  v.parseJson(),
  v.looseObject({
    rule: text,
    event: v.picklist(EVENTS),
    hostname: text,
    cpu: v.fallback(text, ""),
    since: v.pipe(time, v.number()),
    window_start: v.optional(time),
    window_end: v.optional(time),
    message: v.fallback(text, ""),
  }),
);

/**
 * Parses a record of the topic: its key is the series, its value holds everything else.
 *
 * @returns undefined if the record is not such a row
 */
export function parseAlertRow(key: Buffer | null | undefined, value: Buffer | null): AlertRow | undefined {
  const series = key?.toString() ?? "";
  const parsed = v.safeParse(VALUE, value?.toString());
  if (series === "" || !parsed.success) return undefined;
  const { rule, event, hostname, cpu, since, window_start, window_end, message, ...rest } = parsed.output;
  const values = Object.entries(rest).filter(
    (entry): entry is [string, string | number] =>
      typeof entry[1] === "string" || typeof entry[1] === "number",
  );
  return {
    ...{ series, rule, event, hostname, cpu, since, start: window_start, end: window_end },
    message: message || `${series}: ${rule} ${event}`,
    values: Object.fromEntries(values),
  };
}
