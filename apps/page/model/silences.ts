/** A time in which no messages are sent about a host, a CPU or a rule. Detection goes on. */
export interface Silence {
  readonly id: string;
  readonly hostname: string;
  /** Null for every CPU of the host. */
  readonly cpu: string | null;
  /** Null for every rule. */
  readonly rule: string | null;
  /** When it ends, epoch ms. */
  readonly until: number;
  readonly reason: string;
  readonly createdAt: number;
}

/** The silence that holds for an anomaly at a time; of several, the one that lasts longest. */
export function silenceOf(
  silences: readonly Silence[],
  { hostname, cpu, rule }: { readonly hostname: string; readonly cpu: string; readonly rule: string },
  now: number,
): Silence | undefined {
  const holds = (silence: Silence) =>
    silence.until > now &&
    silence.hostname === hostname &&
    (silence.cpu === null || silence.cpu === cpu) &&
    (silence.rule === null || silence.rule === rule);
  return silences.filter(holds).sort((a, b) => b.until - a.until)[0];
}
