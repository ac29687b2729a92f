import { groupBy } from "../../lib/groupBy.ts";

/** What a silence covers, and until when. */
export interface SilenceScope {
  readonly hostname: string;
  /** Null for every CPU of the host. */
  readonly cpu: string | null;
  /** Null for every rule. */
  readonly rule: string | null;
  /** When it ends, epoch ms. */
  readonly until: number;
}

/**
 * For how many more seconds a row of the silences holds, in SQL, by PostgreSQL's clock: ours may differ. PostgreSQL has
 * infinity, too.
 */
export const SECONDS_LEFT =
  "CASE WHEN isfinite(until) THEN extract(epoch FROM until - now())::float8 ELSE 'Infinity' END";

export interface SecondsLeft {
  readonly left: number;
}

/** A row that was read now, with its end by our clock. */
export const byOurClock = <T extends SecondsLeft>({ left, ...silence }: T, now: number) => ({
  ...silence,
  until: now + left * 1_000,
});

/** What an alert is about. */
export interface SilenceSubject {
  readonly hostname: string;
  readonly cpu: string;
  readonly rule: string;
}

/** Whether a silence covers an alert at a time. */
const holds = ({ hostname, cpu, rule, until }: SilenceScope, subject: SilenceSubject, now: number): boolean =>
  hostname === subject.hostname &&
  (cpu ?? subject.cpu) === subject.cpu &&
  (rule ?? subject.rule) === subject.rule &&
  now < until;

/** A function that says whether one of many silences covers an alert at a time: it looks them up by host. */
export function silencing(
  silences: readonly SilenceScope[],
): (subject: SilenceSubject, now: number) => boolean {
  const byHost = groupBy(silences, ({ hostname }) => hostname);
  return (subject, now) =>
    byHost.get(subject.hostname)?.some((silence) => holds(silence, subject, now)) ?? false;
}
