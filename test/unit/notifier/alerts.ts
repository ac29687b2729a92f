import type { AlertEvent, AlertRow, ReadRow } from "../../../apps/notifier/alertRow.ts";
import type { Told } from "../../../apps/notifier/channel.ts";

export const START = Date.parse("2026-01-05T13:00:00Z");
export const WINDOW_MS = 30_000;

const PHRASES: Readonly<Record<AlertEvent, string>> = {
  raised: "is over its threshold",
  still: "is still over its threshold",
  cleared: "is no longer over its threshold",
};

/** What happens to dopey/cpu4 in the window of that number, in an episode that began with window 0 unless given. */
export function alert(event: AlertEvent, n: number, more: Partial<AlertRow> = {}): AlertRow {
  const series = more.series ?? "dopey/cpu4";
  const [hostname = "", cpu = ""] = series.split("/");
  return {
    series,
    rule: "threshold",
    event,
    hostname,
    cpu,
    since: START,
    start: START + n * WINDOW_MS,
    end: START + (n + 1) * WINDOW_MS,
    message: `${series} ${PHRASES[event]}: 93.4 % on average, threshold 90 %`,
    values: { actual: 93.44, threshold: 90, windows: n + 1 },
    ...more,
  };
}

/** A row as it was read from a place. */
export const read = (row: AlertRow, offset: number, partition = 0): ReadRow => ({
  row,
  partition,
  offset,
  arrivedAt: START,
});

/** A row for a channel. */
export const told = (row: AlertRow, wasSilenced = false): Told => ({ row, wasSilenced });
