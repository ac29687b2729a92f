import { hashNumber, mulberry32 } from "./random.ts";
import type { Series } from "./series.ts";

/**
 * - `spike`: a few seconds near 100 %
 * - `saturation`: a minute and more near 100 %
 * - `slow-leak`: usage climbs steadily from the healthy level to well over the host's limit
 * - `drop-out`: the series is silent
 */
export type AnomalyKind = "spike" | "saturation" | "slow-leak" | "drop-out";

/** One injected anomaly. It holds for event times of [`from`, `to`), in epoch milliseconds. */
export interface Anomaly {
  readonly kind: AnomalyKind;
  readonly hostname: string;
  readonly cpu: string;
  readonly from: number;
  readonly to: number;
  /** Where usage gets to, in percent; of no meaning for a drop-out. */
  readonly top: number;
}

/** A series has exactly one anomaly in each slot of this many milliseconds. */
export const SLOT_MS = 12 * 60_000;

// Shortest and longest in ms. The longest of each add up to 398 s: of any four slots in a row that begin
// at a multiple of four (48 minutes), at most 14 % is anomalous.
const DURATIONS: Readonly<Record<AnomalyKind, readonly [number, number]>> = {
  spike: [3_000, 8_000],
  // From 60 s on, an anomaly is sure to fill a whole 30 s window.
  saturation: [60_000, 100_000],
  "slow-leak": [120_000, 200_000],
  "drop-out": [60_000, 90_000],
};

/** The kinds of anomaly. A series goes through all of them, in an order of its own, every four slots. */
export const ANOMALY_KINDS = Object.keys(DURATIONS) as readonly AnomalyKind[];

const SCHEDULE = 1;

/** The anomaly of the slot that the event time (epoch ms) falls into, whether it holds then or not. */
export function anomalyOfSlotAt(series: Series, at: number): Anomaly {
  return anomalyOfSlot(series, slotAt(series, at));
}

/** The anomalies that overlap event times of [`from`, `to`), earliest first. */
export function anomaliesBetween(series: Series, from: number, to: number): Anomaly[] {
  const found: Anomaly[] = [];
  for (let slot = slotAt(series, from); slot <= slotAt(series, to); slot++) {
    const anomaly = anomalyOfSlot(series, slot);
    if (anomaly.from < to && anomaly.to > from) found.push(anomaly);
  }
  return found;
}

function anomalyOfSlot(series: Series, slot: number): Anomaly {
  const position = modulo(slot, ANOMALY_KINDS.length);
  const kind = kindAt(hashNumber(series.hash, slot - position), position);
  const next = mulberry32(hashNumber(series.hash ^ SCHEDULE, slot));
  const [shortest, longest] = DURATIONS[kind];
  const duration = Math.round(shortest + (longest - shortest) * next());
  const from = slot * SLOT_MS + phase(series) + Math.floor((SLOT_MS - duration) * next());
  const top = topUsage(kind, series.profile.limit, next());
  return { kind, hostname: series.hostname, cpu: series.cpu, from, to: from + duration, top };
}

/** One of eight orders of the four kinds, chosen by the hash: steps of 1 or 3 reach each exactly once. */
function kindAt(hash: number, position: number): AnomalyKind {
  const step = (hash & 4) === 0 ? 1 : 3;
  return ANOMALY_KINDS[((hash & 3) + step * position) % ANOMALY_KINDS.length] as AnomalyKind;
}

function topUsage(kind: AnomalyKind, limit: number, random: number): number {
  if (kind === "slow-leak") return limit + (100 - limit) * (0.5 + 0.35 * random);
  return 96 + 2.5 * random;
}

function slotAt(series: Series, at: number): number {
  return Math.floor((at - phase(series)) / SLOT_MS);
}

/** Slots begin at another time in each series, else anomalies would crowd in the middle of each slot. */
function phase(series: Series): number {
  return series.hash % SLOT_MS;
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
