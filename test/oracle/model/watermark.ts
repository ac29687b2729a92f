import { Ambiguous } from "./message.ts";
import type { Reading, Tick } from "./reading.ts";

export const WINDOW_MS = 30_000;
export const DISORDER_MS = 10_000;

/**
 * A point of the input at which a watermark had been observed: windows up to it had been output.
 * Input from there on met that watermark.
 */
export interface Barrier {
  /** Epoch ms. */
  readonly watermark: number;
  /** The first offset after it, by partition. */
  readonly offsets: readonly number[];
}

export const windowStart = (time: number) => Math.floor(time / WINDOW_MS) * WINDOW_MS;
const lastMoment = (time: number) => windowStart(time) + WINDOW_MS - 1;

/**
 * The readings that windows count, that is, without those that arrived after their window had closed.
 *
 * @param readings each partition's in offset order
 * @param heartbeats whatever else advances event time
 * @throws Ambiguous if a reading is neither certainly late nor certainly in time
 */
export function inTime(
  readings: readonly Reading[],
  barriers: readonly Barrier[],
  heartbeats: readonly Tick[] = [],
): Reading[] {
  const newest = new Map<number, number>();
  const pass = ({ partition, eventTime }: Tick) =>
    newest.set(partition, Math.max(newest.get(partition) ?? 0, eventTime));
  const waiting = heartbeats.toSorted((a, b) => a.offset - b.offset);
  return readings.filter((reading) => {
    for (const heartbeat of waiting) {
      if (heartbeat.partition === reading.partition && heartbeat.offset < reading.offset) pass(heartbeat);
    }
    const closes = lastMoment(reading.occurredAt);
    const reached = barriers
      .filter(({ offsets }) => reading.offset >= (offsets[reading.partition] ?? Number.POSITIVE_INFINITY))
      .map(({ watermark }) => watermark);
    if (reached.some((watermark) => watermark >= closes)) return false;
    // Its own partition holds the watermark back until this reading is read.
    const own = (newest.get(reading.partition) ?? 0) - DISORDER_MS;
    if (own >= closes) throw new Ambiguous(`in time or not? ${JSON.stringify(reading)}`);
    pass(reading);
    return true;
  });
}

/**
 * The watermark once everything is read: the smallest of all partitions that have messages.
 *
 * @param idle partitions that fell silent and no longer count
 */
export function finalWatermark(ticks: readonly Tick[], idle: ReadonlySet<number> = new Set()): number {
  const newest = new Map<number, number>();
  for (const { partition, eventTime } of ticks) {
    if (!idle.has(partition)) newest.set(partition, Math.max(newest.get(partition) ?? 0, eventTime));
  }
  if (newest.size === 0) return Number.NEGATIVE_INFINITY;
  return Math.min(...newest.values()) - DISORDER_MS;
}

/** When Kafka received the first message that could close a window, epoch ms: it did not close before that. */
export function earliestClosing(ticks: readonly Tick[]): (windowEnd: number) => number {
  let earliest = Number.POSITIVE_INFINITY;
  const latestFirst = ticks
    .toSorted((a, b) => b.eventTime - a.eventTime)
    .map(({ eventTime, timestamp }) => {
      earliest = Math.min(earliest, timestamp);
      return { watermark: eventTime - DISORDER_MS, earliest };
    });
  return (windowEnd) => {
    // Binary search: there may be as many windows as readings.
    let closing = 0;
    let others = latestFirst.length;
    while (closing < others) {
      const middle = (closing + others) >>> 1;
      if ((latestFirst[middle]?.watermark ?? 0) >= windowEnd - 1) closing = middle + 1;
      else others = middle;
    }
    return latestFirst[closing - 1]?.earliest ?? Number.POSITIVE_INFINITY;
  };
}
