import { type HostProfile, hostProfile } from "./profiles.ts";
import { hashText, mulberry32 } from "./random.ts";

/** One (host, cpu) pair, as named by a message's key. */
export interface Series {
  readonly hostname: string;
  readonly cpu: string;
  readonly profile: HostProfile;
  /** This cpu's share of the host's load, 0.88 to 1. */
  readonly share: number;
  /** The seed for all randomness in the series. */
  readonly hash: number;
  readonly schedule: Schedule;
}

/** How often a series has anomalies. */
export interface Schedule {
  /** It has exactly one anomaly in each slot of this many milliseconds; 0 for none. */
  readonly slotMs: number;
  /** Event times in [`from`, `to`), epoch ms, during which it has one in each shortest slot instead. */
  readonly opening?: { readonly from: number; readonly to: number };
}

/** The shortest slot of an anomaly. */
export const SHORTEST_SLOT_MS = 12 * 60_000;
const DAY_MS = 86_400_000;
export const MOST_PER_DAY = DAY_MS / SHORTEST_SLOT_MS;

const DENSE: Schedule = { slotMs: SHORTEST_SLOT_MS };

/** The series of a (seed, host, cpu). */
export function seriesOf(seed: number, hostname: string, cpu: string, schedule: Schedule = DENSE): Series {
  const hash = hashText(`${seed}/${hostname}/${cpu}`);
  const share = 0.88 + 0.12 * mulberry32(hash)();
  return { hostname, cpu, profile: hostProfile(hostname), share, hash, schedule };
}

/** The options that {@link allSeries} needs. */
export interface SeriesOptions {
  readonly seed: number;
  readonly hosts: readonly string[];
  readonly cpus: readonly string[];
  readonly anomaliesPerDay: number;
  /** How long after `start` the first cpu of each host has the most anomalies possible, ms. */
  readonly opening: number;
  /** Epoch ms. */
  readonly start: number;
}

/** All series in reporting order: host by host, cpu by cpu. */
export function allSeries({ seed, hosts, cpus, anomaliesPerDay, opening, start }: SeriesOptions): Series[] {
  const usual: Schedule = { slotMs: anomaliesPerDay === 0 ? 0 : DAY_MS / anomaliesPerDay };
  const first: Schedule = opening === 0 ? usual : { ...usual, opening: { from: start, to: start + opening } };
  return hosts.flatMap((host) =>
    cpus.map((cpu, index) => seriesOf(seed, host, cpu, index === 0 ? first : usual)),
  );
}
