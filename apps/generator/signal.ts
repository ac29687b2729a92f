import { type Anomaly, anomalyAt } from "./anomalies.ts";
import { boundedNormal, hashNumber, mulberry32 } from "./random.ts";
import type { Series } from "./series.ts";

const HOUR_MS = 3_600_000;
const WOBBLE_MS = 45_000;
/** Standard deviation, in percentage points, of readings near the top of the scale. */
const JITTER = 0.4;

const NOISE = 2;
const WOBBLE = 3;

/**
 * The usage in percent that a series reports at an event time (epoch ms, an integer). A pure function: earlier calls do
 * not matter.
 *
 * @returns a number of [0, 100], or `undefined` while the series is silent
 */
export function usageAt(series: Series, at: number): number | undefined {
  const anomaly = anomalyAt(series, at);
  const noise = boundedNormal(mulberry32(hashNumber(series.hash ^ NOISE, at)));
  if (anomaly === undefined) {
    return healthyLevel(series, at) + noise * series.profile.noise * series.profile.limit * series.share;
  }
  const level = anomalousLevel(series, anomaly, at);
  return level === undefined ? undefined : Math.min(100, Math.max(0, level + noise * JITTER));
}

/** The healthy usage in percent without the noise of single readings: daily cycle and slow wobble. */
export function healthyLevel(series: Series, at: number): number {
  const { limit, level, daily, wobble, peakHour } = series.profile;
  const cycle = Math.cos((2 * Math.PI * (at / HOUR_MS - peakHour)) / 24);
  return limit * series.share * (level + daily * cycle + wobble * wobbleAt(series, at));
}

function anomalousLevel(series: Series, anomaly: Anomaly, at: number): number | undefined {
  switch (anomaly.kind) {
    case "spike":
    case "saturation":
      return anomaly.top;
    case "slow-leak": {
      const start = healthyLevel(series, anomaly.from);
      return start + ((anomaly.top - start) * (at - anomaly.from)) / (anomaly.to - anomaly.from);
    }
    case "drop-out":
      return undefined;
  }
}

/** Value noise: a random number in [-1, 1] every 45 s, with a smooth transition from each to the next. */
function wobbleAt(series: Series, at: number): number {
  const knot = Math.floor(at / WOBBLE_MS);
  const part = at / WOBBLE_MS - knot;
  const left = knotAt(series, knot);
  return left + (knotAt(series, knot + 1) - left) * part * part * (3 - 2 * part);
}

function knotAt(series: Series, knot: number): number {
  return mulberry32(hashNumber(series.hash ^ WOBBLE, knot))() * 2 - 1;
}
