import type { GeneratorOptions } from "./options.ts";
import { allSeries } from "./series.ts";
import { usageAt } from "./signal.ts";

/** One measurement: `usage` in percent (0 to 100), `occurredAt` in epoch milliseconds. */
export interface Reading {
  readonly hostname: string;
  readonly cpu: string;
  readonly usage: number;
  readonly occurredAt: number;
}

/** The options that {@link readings} needs. */
export type ReadingOptions = Pick<
  GeneratorOptions,
  | "rate"
  | "hosts"
  | "cpus"
  | "seed"
  | "start"
  | "duration"
  | "count"
  | "history"
  | "anomaliesPerDay"
  | "opening"
>;

/** How often each series has a reading in the history: once per window of the pipelines. */
const HISTORY_STEP_MS = 30_000;

/**
 * A lazy sequence of readings, endless unless `duration` or `count` ends it. Turn i has the event time
 * `start` + i × 1000 / `rate` and belongs to the series whose turn it is; a silent series skips its turn.
 *
 * @param firstTurn the turn to start at when continuing a sequence
 */
export function* readings(options: ReadingOptions, firstTurn = 0): Generator<Reading, void, undefined> {
  const series = allSeries(options);
  const end = options.start + (options.duration ?? Number.POSITIVE_INFINITY);
  let left = options.count ?? Number.POSITIVE_INFINITY;

  for (let turn = firstTurn; left > 0; turn++) {
    const occurredAt = turnTime(options, turn);
    if (occurredAt >= end) return;

    const current = series[turn % series.length];
    const usage = current && usageAt(current, occurredAt);
    if (current === undefined || usage === undefined) continue;

    left--;
    yield { hostname: current.hostname, cpu: current.cpu, usage, occurredAt };
  }
}

/** The event time at which the history before `start` begins, epoch ms: a window boundary. */
export function historyStart({ start, history }: Pick<ReadingOptions, "start" | "history">): number {
  return history === 0 ? start : Math.floor((start - history) / HISTORY_STEP_MS) * HISTORY_STEP_MS;
}

/**
 * The readings before `start`, as far back as `history` says: one per series every 30 s.
 *
 * @param from the event time to start at when continuing a sequence, epoch ms
 */
export function* historyReadings(options: ReadingOptions, from = 0): Generator<Reading, void, undefined> {
  const series = allSeries(options);
  const first = historyStart(options);
  for (let turn = 0; ; turn++) {
    const occurredAt = first + Math.floor((turn * HISTORY_STEP_MS) / series.length);
    if (occurredAt >= options.start) return;
    const current = series[turn % series.length];
    const usage = occurredAt < from ? undefined : current && usageAt(current, occurredAt);
    if (current === undefined || usage === undefined) continue;
    yield { hostname: current.hostname, cpu: current.cpu, usage, occurredAt };
  }
}

/** The event time of a turn, in whole epoch milliseconds. */
export function turnTime(options: Pick<ReadingOptions, "start" | "rate">, turn: number): number {
  return options.start + Math.floor((turn * 1000) / options.rate);
}

/** The first turn whose event time is at or after `time` (epoch ms). */
export function firstTurnFrom(options: Pick<ReadingOptions, "start" | "rate">, time: number): number {
  let turn = Math.max(0, Math.floor(((time - options.start) * options.rate) / 1000) - 1);
  while (turnTime(options, turn) < time) turn++;
  return turn;
}

/** The message's value: `{"hostname":"dopey","cpu":"cpu4","usage":98.33,"occurred_at":1633956789277}`. */
export function encode(reading: Reading): string {
  const { hostname, cpu, usage, occurredAt } = reading;
  return JSON.stringify({ hostname, cpu, usage, occurred_at: occurredAt });
}

/** The message's key, `dopey/cpu4`: it keeps a series in one partition and therefore in order. */
export function keyOf(reading: Reading): string {
  return `${reading.hostname}/${reading.cpu}`;
}
