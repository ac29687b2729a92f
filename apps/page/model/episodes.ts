import { createHash } from "node:crypto";

/** What the page shows of a row of cpu_alerts. Times in epoch ms; fields that a rule does not have are undefined. */
export interface AlertRow {
  readonly rule: string;
  readonly event: string;
  readonly hostname: string;
  readonly cpu: string;
  readonly windowStart: number;
  readonly windowEnd: number;
  readonly actual: number | undefined;
  readonly threshold: number | undefined;
  readonly expected: number | undefined;
  readonly since: number;
  readonly message: string;
}

/** An anomaly from its first window to its last: what the page and Slack show as one entry. */
export interface Episode {
  readonly id: string;
  readonly rule: string;
  readonly hostname: string;
  readonly cpu: string;
  /** Start of its first window. */
  readonly since: number;
  /** Start and end of the window with which it was raised; undefined until the row that raised it arrives. */
  readonly raisedWith: readonly [start: number, end: number] | undefined;
  /** When it ended; undefined while it is ongoing. */
  readonly clearedAt: number | undefined;
  /** From the row that deviated most. */
  readonly actual: number | undefined;
  readonly threshold: number | undefined;
  readonly expected: number | undefined;
  readonly message: string;
}

const MOST_EPISODES = 2_000;
/** Leaves room for resolved ones: hosts that no longer exist stay silent for good. */
const MOST_ONGOING = 1_500;
const MOST_COUNTED = 50_000;

/** The newest episodes, in whatever order their rows arrive. The resolved ones make room first. */
export class Episodes {
  readonly #episodes = new Map<string, Episode>();
  /** The rules of ongoing episodes for which there is no room, by a short name of each. */
  readonly #leftOut = new Map<string, string>();

  add(row: AlertRow): void {
    // The key of a row is not enough: web and a/b have the same one as web/a and b.
    const id = JSON.stringify([row.hostname, row.cpu, row.rule, row.since]);
    if (this.#leftOut.size > 0) this.#leftOut.delete(shortName(id));
    this.#episodes.set(id, merged(id, this.#episodes.get(id), row));
    if (this.#episodes.size > MOST_EPISODES) this.#makeRoom();
  }

  #makeRoom(): void {
    const ongoing = this.firing;
    const resolved = [...this.#episodes.values()].filter(({ clearedAt }) => clearedAt !== undefined);
    const isOngoing = resolved.length === 0 || ongoing.length > MOST_ONGOING;
    const oldest = (isOngoing ? ongoing : resolved).reduce((found, each) =>
      byAge(each, found) < 0 ? each : found,
    );
    this.#episodes.delete(oldest.id);
    if (isOngoing) this.#count(oldest);
  }

  #count({ id, rule }: Episode): void {
    this.#leftOut.set(shortName(id), rule);
    const [first] = this.#leftOut.keys();
    if (this.#leftOut.size > MOST_COUNTED && first !== undefined) this.#leftOut.delete(first);
  }

  /** Those that overlap the time since `from`, newest first. */
  since(from: number): Episode[] {
    return [...this.#episodes.values()]
      .filter(({ clearedAt }) => clearedAt === undefined || clearedAt > from)
      .sort((a, b) => byAge(b, a));
  }

  get firing(): Episode[] {
    return [...this.#episodes.values()].filter(({ clearedAt }) => clearedAt === undefined);
  }

  /** The rule of each ongoing episode that is only counted: there are more than are kept. */
  get leftOut(): string[] {
    return [...this.#leftOut.values()];
  }
}

const byAge = (a: Episode, b: Episode) => a.since - b.since || (a.id < b.id ? -1 : 1);

/** A few bytes, because names of hosts can be long. */
const shortName = (id: string) => createHash("sha1").update(id).digest("base64");

function merged(id: string, known: Episode | undefined, row: AlertRow): Episode {
  const { rule, hostname, cpu, since, windowStart, windowEnd, event } = row;
  // An episode is cleared by a normal window, which says nothing about the anomaly.
  const worst = known !== undefined && (event === "cleared" || !isWorse(row, known)) ? known : row;
  return {
    id,
    rule,
    hostname,
    cpu,
    since,
    raisedWith: event === "raised" ? [windowStart, windowEnd] : known?.raisedWith,
    clearedAt: event === "cleared" ? windowEnd : known?.clearedAt,
    actual: worst.actual,
    threshold: worst.threshold,
    expected: worst.expected,
    message: event === "cleared" && known !== undefined ? known.message : row.message,
  };
}

function isWorse(row: AlertRow, known: Episode): boolean {
  const distance = ({
    actual = 0,
    expected,
    threshold = 0,
  }: Pick<AlertRow, "actual" | "expected" | "threshold">) => Math.abs(actual - (expected ?? threshold));
  return distance(row) >= distance(known);
}
