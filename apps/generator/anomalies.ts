import { hashNumber, mulberry32 } from "./random.ts";
import { type Series, SHORTEST_SLOT_MS } from "./series.ts";

/**
 * - `spike`: a few seconds near 100 %
 * - `saturation`: a minute or more near 100 %
 * - `slow-leak`: usage climbs steadily from the healthy level to well over the host's limit
 * - `drop-out`: the series is silent
 */
export type AnomalyKind = "spike" | "saturation" | "slow-leak" | "drop-out";

/** One injected anomaly. It covers event times in [`from`, `to`), in epoch milliseconds. */
export interface Anomaly {
  readonly kind: AnomalyKind;
  readonly hostname: string;
  readonly cpu: string;
  readonly from: number;
  readonly to: number;
  /** The usage it reaches, in percent; meaningless for a drop-out. */
  readonly top: number;
}

// Shortest and longest in ms. The longest of each kind add up to 398 s, so of any four consecutive slots that begin at
// a multiple of four (48 minutes), at most 14 % is anomalous.
const DURATIONS: Readonly<Record<AnomalyKind, readonly [number, number]>> = {
  spike: [3_000, 8_000],
  // An anomaly of 60 s or more always fills a whole 30 s window.
  saturation: [60_000, 100_000],
  "slow-leak": [120_000, 200_000],
  "drop-out": [60_000, 90_000],
};

/** The kinds of anomaly. A series goes through all of them, in its own order, every four slots. */
export const ANOMALY_KINDS = Object.keys(DURATIONS) as readonly AnomalyKind[];

const SCHEDULE = 1;

/** The anomaly in effect at an event time (epoch ms), if there is one. */
export function anomalyAt(series: Series, at: number): Anomaly | undefined {
  const { slotMs, opening } = series.schedule;
  const isOpening = opening !== undefined && at >= opening.from && at < opening.to;
  const anomaly = isOpening
    ? within(opening, anomalyOfSlot(series, SHORTEST_SLOT_MS, slotAt(series, SHORTEST_SLOT_MS, at)))
    : slotMs > 0
      ? usualAnomaly(series, slotAt(series, slotMs, at))
      : undefined;
  return anomaly !== undefined && at >= anomaly.from && at < anomaly.to ? anomaly : undefined;
}

/** The anomalies that overlap event times in [`from`, `to`), earliest first. */
export function anomaliesBetween(series: Series, from: number, to: number): Anomaly[] {
  const { slotMs, opening } = series.schedule;
  const slots = (length: number, make: (slot: number) => Anomaly | undefined) => {
    const first = slotAt(series, length, from);
    const count = slotAt(series, length, to) - first + 1;
    return Array.from({ length: count }, (_, index) => make(first + index)).filter(
      (anomaly) => anomaly !== undefined && anomaly.from < to && anomaly.to > from,
    ) as Anomaly[];
  };
  const usual = slotMs === 0 ? [] : slots(slotMs, (slot) => usualAnomaly(series, slot));
  const dense =
    opening === undefined || opening.to <= from || opening.from >= to
      ? []
      : slots(SHORTEST_SLOT_MS, (slot) => within(opening, anomalyOfSlot(series, SHORTEST_SLOT_MS, slot)));
  return [...usual, ...dense].sort((a, b) => a.from - b.from);
}

/** The anomaly of a slot of the usual length, unless it overlaps the opening. */
function usualAnomaly(series: Series, slot: number): Anomaly | undefined {
  const { slotMs, opening } = series.schedule;
  const anomaly = anomalyOfSlot(series, slotMs, slot);
  const overlaps = opening !== undefined && anomaly.from < opening.to && anomaly.to > opening.from;
  return overlaps ? undefined : anomaly;
}

/** The anomaly, if it lies entirely within the opening. */
function within(opening: { from: number; to: number }, anomaly: Anomaly): Anomaly | undefined {
  return anomaly.from >= opening.from && anomaly.to <= opening.to ? anomaly : undefined;
}

function anomalyOfSlot(series: Series, slotMs: number, slot: number): Anomaly {
  const position = modulo(slot, ANOMALY_KINDS.length);
  const kind = kindAt(hashNumber(series.hash, slot - position), position);
  const next = mulberry32(hashNumber(series.hash ^ SCHEDULE, slot));
  const [shortest, longest] = DURATIONS[kind];
  const duration = Math.round(shortest + (longest - shortest) * next());
  const from = Math.round(slot * slotMs + phase(series, slotMs)) + Math.floor((slotMs - duration) * next());
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

function slotAt(series: Series, slotMs: number, at: number): number {
  return Math.floor((at - phase(series, slotMs)) / slotMs);
}

/** Offsets the slots of each series; otherwise anomalies would cluster in the middle of each slot. */
function phase(series: Series, slotMs: number): number {
  return series.hash % slotMs;
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
