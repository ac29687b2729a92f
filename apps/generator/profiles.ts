import { hashText, mulberry32 } from "./random.ts";

/**
 * How a host behaves while it is healthy. Everything but `limit` and `peakHour` is a share of `limit`, and
 * `level + daily + wobble + 3 × noise` stays under 1: a healthy reading is never over the limit.
 */
export interface HostProfile {
  /** The usage in percent that the host should stay under: its default threshold. */
  readonly limit: number;
  /** The middle of the daily cycle. */
  readonly level: number;
  /** How far the daily cycle swings from the middle. */
  readonly daily: number;
  /** How far the load wanders within minutes. */
  readonly wobble: number;
  /** The standard deviation of a single reading. */
  readonly noise: number;
  /** The hour of the day (UTC) with the highest load. */
  readonly peakHour: number;
}

const DEFAULT_PROFILES: Readonly<Record<string, HostProfile>> = {
  doc: { limit: 20, level: 0.58, daily: 0.16, wobble: 0.08, noise: 0.05, peakHour: 14 },
  grumpy: { limit: 30, level: 0.5, daily: 0.26, wobble: 0.08, noise: 0.04, peakHour: 10 },
  sleepy: { limit: 40, level: 0.5, daily: 0.26, wobble: 0.08, noise: 0.04, peakHour: 22 },
  bashful: { limit: 60, level: 0.62, daily: 0.08, wobble: 0.1, noise: 0.05, peakHour: 12 },
  happy: { limit: 70, level: 0.6, daily: 0.16, wobble: 0.08, noise: 0.04, peakHour: 16 },
  sneezy: { limit: 80, level: 0.56, daily: 0.1, wobble: 0.12, noise: 0.06, peakHour: 9 },
  dopey: { limit: 90, level: 0.66, daily: 0.12, wobble: 0.08, noise: 0.03, peakHour: 15 },
};

/** The hosts that the default thresholds name. */
export const DEFAULT_HOSTS: readonly string[] = Object.keys(DEFAULT_PROFILES);

/** The profile of a host. An unknown host gets its own profile, derived from its name alone. */
export function hostProfile(hostname: string): HostProfile {
  if (Object.hasOwn(DEFAULT_PROFILES, hostname)) return DEFAULT_PROFILES[hostname] as HostProfile;

  const next = mulberry32(hashText(hostname));
  return {
    limit: 40 + 10 * Math.floor(next() * 6),
    level: 0.48 + 0.08 * next(),
    daily: 0.1 + 0.1 * next(),
    wobble: 0.08,
    noise: 0.04,
    peakHour: Math.floor(next() * 24),
  };
}
