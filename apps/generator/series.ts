import { type HostProfile, hostProfile } from "./profiles.ts";
import { hashText, mulberry32 } from "./random.ts";

/** One (host, cpu) pair: what a message's key names. */
export interface Series {
  readonly hostname: string;
  readonly cpu: string;
  readonly profile: HostProfile;
  /** This cpu's share of the host's load, 0.88 to 1. */
  readonly share: number;
  /** The root of all randomness of the series. */
  readonly hash: number;
}

/** The series of a (seed, host, cpu). */
export function seriesOf(seed: number, hostname: string, cpu: string): Series {
  const hash = hashText(`${seed}/${hostname}/${cpu}`);
  return { hostname, cpu, profile: hostProfile(hostname), share: 0.88 + 0.12 * mulberry32(hash)(), hash };
}

/** All series in the order in which they report: host by host, cpu by cpu. */
export function allSeries(options: {
  readonly seed: number;
  readonly hosts: readonly string[];
  readonly cpus: readonly string[];
}): Series[] {
  return options.hosts.flatMap((host) => options.cpus.map((cpu) => seriesOf(options.seed, host, cpu)));
}
