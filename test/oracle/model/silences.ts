import { groupBy } from "../../../lib/groupBy.ts";
import type { Row } from "./message.ts";
import type { Reading, Tick } from "./reading.ts";
import { flinkTime } from "./time.ts";
import { type Barrier, DISORDER_MS } from "./watermark.ts";
import { seriesKey } from "./windows.ts";

/** What the silences of series are derived from. */
export interface SilenceInput {
  /** Each partition's readings in offset order. */
  readonly readings: readonly Reading[];
  readonly heartbeats: readonly Tick[];
  readonly barriers: readonly Barrier[];
  /** How far event time has come at the end, epoch ms. */
  readonly watermark: number;
  readonly silentAfterMs: number;
}

/** The rows of the rule `silent`, and the series (host/CPU) whose rows the input does not determine. */
export interface Silences {
  readonly rows: Row[];
  readonly undecided: ReadonlySet<string>;
}

/**
 * A series becomes silent after a reading if no other follows within the time, as far as event time has come. Readings
 * that event time has passed do not count. Whether it has passed one that lags behind its own partition is left open.
 */
export function silences({
  readings,
  heartbeats,
  barriers,
  watermark,
  silentAfterMs,
}: SilenceInput): Silences {
  const placed = placeReadings(readings, heartbeats, barriers);
  const undecided = new Set<string>();
  const rows = [...groupBy(placed, ({ reading }) => seriesKey(reading)).values()].flatMap((series) => {
    const rowsOf = (isCounted: (place: Place) => boolean) => {
      const counted = series.filter(({ place }) => isCounted(place)).map(({ reading }) => reading);
      return silencesOf(counted, watermark, silentAfterMs);
    };
    const certain = rowsOf((place) => place === "in time");
    const possible = rowsOf((place) => place !== "late");
    if (JSON.stringify(certain) === JSON.stringify(possible)) return certain;
    for (const { reading } of series) undecided.add(`${reading.hostname}/${reading.cpu}`);
    return [];
  });
  return { rows, undecided };
}

type Place = "in time" | "late" | "either";

function placeReadings(
  readings: readonly Reading[],
  heartbeats: readonly Tick[],
  barriers: readonly Barrier[],
): { reading: Reading; place: Place }[] {
  const newest = new Map<number, number>();
  const pass = ({ partition, eventTime }: Tick) =>
    newest.set(partition, Math.max(newest.get(partition) ?? 0, eventTime));
  const beats = groupBy(heartbeats, ({ partition }) => partition);
  const passed = new Map<number, number>();
  return readings.map((reading) => {
    const { partition, offset, occurredAt } = reading;
    const waiting = beats.get(partition) ?? [];
    let next = passed.get(partition) ?? 0;
    for (; (waiting[next]?.offset ?? Number.POSITIVE_INFINITY) < offset; next++) pass(waiting[next] as Tick);
    passed.set(partition, next);
    const reached = barriers.some(
      ({ watermark, offsets }) =>
        offset >= (offsets[partition] ?? Number.POSITIVE_INFINITY) && watermark >= occurredAt,
    );
    const isBehind = (newest.get(partition) ?? 0) - DISORDER_MS >= occurredAt;
    pass(reading);
    return { reading, place: reached ? "late" : isBehind ? "either" : "in time" };
  });
}

function silencesOf(readings: readonly Reading[], watermark: number, silentAfterMs: number): Row[] {
  const sorted = readings.toSorted((a, b) => a.occurredAt - b.occurredAt);
  return sorted.flatMap((reading, index) => {
    const { occurredAt: since } = reading;
    const next = sorted[index + 1]?.occurredAt;
    if (next !== undefined && next - since <= silentAfterMs) return [];
    if (since + silentAfterMs - 1 > watermark) return [];
    const raised = silentRow(reading, "raised", since + silentAfterMs, silentAfterMs);
    // It ends once event time has passed the next reading.
    const isOver = next !== undefined && next <= watermark;
    return isOver ? [raised, silentRow(reading, "cleared", next, silentAfterMs)] : [raised];
  });
}

function silentRow(
  { hostname, cpu, occurredAt: since }: Reading,
  event: "raised" | "cleared",
  until: number,
  silentAfterMs: number,
): Row {
  const says =
    event === "raised"
      ? `has sent nothing for ${silentAfterMs / 1000} s`
      : `sends again, after ${Math.trunc((until - since) / 1000)} s of silence`;
  return {
    key: `${hostname}/${cpu}`,
    rule: "silent",
    event,
    hostname,
    cpu,
    window_start: flinkTime(since),
    window_end: flinkTime(until),
    actual: null,
    threshold: null,
    expected: null,
    lower: null,
    upper: null,
    score: null,
    kind: null,
    since: flinkTime(since),
    windows: null,
    message: `${hostname}/${cpu} ${says}`,
  };
}
