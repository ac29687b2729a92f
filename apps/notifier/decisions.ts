import { type Average, type Change, endOf, type Over, type Read, type SeriesState } from "./series.ts";

/** The rules by which changes arise. All in ms. */
export interface Rules {
  /** Least event time between an alert or reminder and the next reminder. */
  readonly cooldown: number;
  /** How long a notification of a window may come after the aggregate of the window, in time of reading. */
  readonly grace: number;
  /** How long a series has to have stayed under its threshold to be back, in event time: one that flaps is not. */
  readonly calm: number;
}

/** Up to when each topic has been read: all that it held at that moment. Epoch ms. */
export interface Progress {
  readonly notifications: number;
  readonly aggregates: number;
}

/** How much longer than the newest window over the threshold a missing notification is taken for a hold-up. */
export const PATIENCE_MS = 5 * 60_000;
/** How long a notification waits for aggregates that never come. */
export const WAIT_MS = 60_000;

/**
 * Decides what can be decided at `now`, in the order of event time. No notification says that a series is back
 * under its threshold: that follows from an aggregate of a window without one.
 */
export function settle(
  series: SeriesState,
  rules: Rules,
  progress: Progress,
  now: number,
): { readonly series: SeriesState; readonly changes: readonly Change[] } {
  const changes: Change[] = [];
  let current = series;
  for (;;) {
    const next = current.waiting[0];
    if (next !== undefined && isNext(current, next, progress, now)) {
      current = takeOver(current, next, rules, changes);
      continue;
    }
    // While a notification waits, the aggregates that show what was before it are still to come.
    const under = decidedUnder(current, rules, progress, next !== undefined);
    if (under === undefined) return { series: current, changes };
    current = takeUnder(current, under, changes);
  }
}

/**
 * Whether every aggregate before the notification has been read. Between two windows that are apart lies either
 * silence or a window under the threshold, and only the aggregates show which.
 */
function isNext(series: SeriesState, next: Read<Over>, progress: Progress, now: number): boolean {
  if (!series.open || next.start <= endOf(series.over)) return true;
  if (series.candidates.some(({ end }) => end >= next.end)) return true;
  return progress.aggregates >= next.readAt || now >= next.readAt + WAIT_MS;
}

function takeOver(
  series: SeriesState,
  { readAt, ...over }: Read<Over>,
  { cooldown, calm }: Rules,
  changes: Change[],
): SeriesState {
  // Notifications of a series are in order: one that is missing before this one will not come.
  const gap = series.open ? series.candidates.find(({ end }) => end < over.end) : undefined;
  const wasBack = gap !== undefined && over.start >= endOf(series.over) + calm;
  const { hostname, cpu, open, under, ...before } = wasBack ? takeUnder(series, gap, changes) : series;

  const since = open ? before.since : over.start;
  const due = !open || over.end - before.notifiedAt >= cooldown;
  if (due) changes.push({ kind: open ? "reminder" : "alert", hostname, cpu, ...over, since });
  const candidates = before.candidates.filter(({ end }) => end > over.end);
  // A notification later than its grace: what followed it is decided already, and is to be looked at again.
  const followed = under !== undefined && under.end > over.end ? [{ ...under, readAt }] : [];
  return {
    ...before,
    hostname,
    cpu,
    open: true,
    since,
    over,
    ...(under === undefined ? {} : { under }),
    notifiedAt: due ? over.end : before.notifiedAt,
    candidates: [...followed, ...candidates],
    waiting: before.waiting.slice(1),
  };
}

/** Decides that a window, and with it all before, are under the threshold. */
function takeUnder(series: SeriesState, window: Average, changes: Change[]): SeriesState {
  const { hostname, cpu, open, over, since } = series;
  const { start, end, average } = window;
  if (open && over !== undefined) {
    const { threshold } = over;
    changes.push({ kind: "resolved", hostname, cpu, start, end, average, threshold, since });
  }
  const candidates = series.candidates.filter((candidate) => candidate.end > end);
  return { ...series, open: false, under: { start, end, average }, candidates };
}

/**
 * The window by which a series is under its threshold, as far as is decided: its notification would have been read by
 * now. Of one that was over it, that is the first of a stretch that has lasted for long enough.
 */
function decidedUnder(
  series: SeriesState,
  { grace, calm }: Rules,
  progress: Progress,
  isWaiting: boolean,
): Average | undefined {
  const due = series.candidates.filter(({ readAt }) => readAt + grace <= progress.notifications);
  const { open, over } = series;
  if (!open || over === undefined) return due.at(-1);
  const backFrom = over.end + calm;
  const under = due.filter(({ average }) => average <= over.threshold);
  const newest = under.at(-1);
  if (newest !== undefined) {
    // A device that has fallen silent is back too, by the clock of reading.
    const isSilent = !isWaiting && newest.end === series.candidates.at(-1)?.end;
    const silentUntil = newest.readAt + (backFrom - newest.end) + grace + WAIT_MS;
    if (newest.end >= backFrom || (isSilent && silentUntil <= progress.notifications)) return under[0];
  }
  // Over the threshold as last known, but no notification: either the threshold was raised, or the job that
  // writes notifications is down. It has some time to come back before the excursion is called over.
  return due.findLast(({ end }) => end - over.end >= Math.max(PATIENCE_MS, calm));
}
