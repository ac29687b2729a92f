import type { Progress } from "../../../apps/notifier/decisions.ts";
import type { Aggregate, OverThreshold } from "../../../apps/notifier/records.ts";

export const WINDOW_MS = 30_000;
export const START = Date.parse("2026-01-05T13:00:00Z");
export const SERIES = { hostname: "dopey", cpu: "cpu4" } as const;

/** All of both topics has been read. */
export const ALL_READ: Progress = {
  notifications: Number.MAX_SAFE_INTEGER,
  aggregates: Number.MAX_SAFE_INTEGER,
};
export const NONE_READ: Progress = { notifications: 0, aggregates: 0 };

/** The aggregate of the n-th window. */
export function aggregate(n: number, average = 50): Aggregate {
  return { ...SERIES, start: START + n * WINDOW_MS, end: START + (n + 1) * WINDOW_MS, average };
}

/** The notification of the n-th window. */
export function notification(n: number, average = 95, threshold = 90): OverThreshold {
  return { ...aggregate(n, average), threshold };
}

/** The number of a window that ends at `end`. */
export function numberOf({ end }: { readonly end: number }): number {
  return (end - START) / WINDOW_MS - 1;
}
