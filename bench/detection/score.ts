import type { LabelledSeries } from "./labelledSeries.ts";

/** What a detector found on one or more series. */
export interface Score {
  readonly alerts: number;
  readonly falseAlerts: number;
  readonly windows: number;
  readonly found: number;
  /** Days of the series after the warm-up. */
  readonly days: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Flagged rows with gaps of up to this length are one episode. */
const MERGED_MS = 3 * HOUR_MS;

/** The end of a series' warm-up, epoch ms: its first 15 %, and at least a day. */
export function warmUpEnd({ rows }: Pick<LabelledSeries, "rows">): number {
  const [first, last] = [rows[0]?.start ?? 0, rows.at(-1)?.start ?? 0];
  return first + Math.max(0.15 * (last - first), DAY_MS);
}

/**
 * Scores the rows that a detector flagged (epoch ms, in order) after the warm-up. There is an alert at the start of an
 * episode and another after each day of it. An alert is false if it touches no label window. A window is found if an
 * alert touches it.
 */
export function score(series: LabelledSeries, flagged: readonly number[]): Score {
  const from = warmUpEnd(series);
  const windows = series.windows.filter((window) => window.to >= from);
  const alerts = alertsOf(flagged.filter((start) => start >= from));
  const touches = (alert: Alert, window: { from: number; to: number }) =>
    alert.to >= window.from && alert.from <= window.to;
  return {
    alerts: alerts.length,
    falseAlerts: alerts.filter((alert) => !windows.some((window) => touches(alert, window))).length,
    windows: windows.length,
    found: windows.filter((window) => alerts.some((alert) => touches(alert, window))).length,
    days: ((series.rows.at(-1)?.start ?? from) - from) / DAY_MS,
  };
}

/** The combined score of several series. */
export function sumOf(scores: readonly Score[]): Score {
  const sum = (key: keyof Score) => scores.reduce((total, each) => total + each[key], 0);
  return {
    alerts: sum("alerts"),
    falseAlerts: sum("falseAlerts"),
    windows: sum("windows"),
    found: sum("found"),
    days: sum("days"),
  };
}

/** Precision by alerts, recall by windows, their harmonic mean, and the false alerts per series and day. */
export function ratesOf({ alerts, falseAlerts, windows, found, days }: Score) {
  const precision = alerts === 0 ? 0 : 1 - falseAlerts / alerts;
  const recall = windows === 0 ? 0 : found / windows;
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { precision, recall, f1, falseAday: days === 0 ? 0 : falseAlerts / days };
}

interface Alert {
  readonly from: number;
  to: number;
}

function alertsOf(flagged: readonly number[]): Alert[] {
  const alerts: Alert[] = [];
  for (const start of flagged) {
    const alert = alerts.at(-1);
    if (alert !== undefined && start - alert.to <= MERGED_MS && start - alert.from < DAY_MS) alert.to = start;
    else alerts.push({ from: start, to: start });
  }
  return alerts;
}
