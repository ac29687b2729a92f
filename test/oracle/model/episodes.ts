import { groupBy } from "../../../lib/groupBy.ts";
import type { Row } from "./message.ts";
import type { Thresholds } from "./thresholds.ts";
import { flinkTime } from "./time.ts";
import { type ClosedWindow, seriesKey, type WindowResult } from "./windows.ts";

/** The settings `alerts.*`. */
export interface AlertRule {
  readonly raiseAfter: number;
  readonly clearAfter: number;
  readonly cooldownSeconds: number;
}

/**
 * Every row about an episode of a series over its threshold.
 *
 * @throws Ambiguous if the windows do not determine it
 */
export function alerts(windows: readonly ClosedWindow[], thresholds: Thresholds, rule: AlertRule): Row[] {
  return [...groupBy(windows, seriesKey).values()].flatMap((series) => {
    const sorted = series.toSorted((a, b) => a.start - b.start);
    const episodes = new Episodes(rule);
    return sorted.flatMap((window) => {
      const at = window.closedAt;
      const isOver = thresholds.decide(
        window.hostname,
        at,
        (threshold) => threshold !== undefined && window.average > threshold,
      );
      const told = episodes.next(window, isOver);
      if (told === undefined) return [];
      const threshold = thresholds.decide(window.hostname, at, (value) => value) ?? null;
      return [alertRow(window, told, threshold)];
    });
  });
}

interface Told {
  readonly event: "raised" | "still" | "cleared";
  readonly since: number;
  readonly windows: number;
}

/** The episodes of one series, window by window. */
class Episodes {
  #over: WindowResult[] = [];
  #under = 0;
  #episode: { readonly since: number; windows: number } | undefined;
  /** End of the newest window that is over the threshold. */
  #overUntil = 0;

  constructor(private readonly rule: AlertRule) {}

  next(window: WindowResult, isOver: boolean): Told | undefined {
    const wasOverUntil = this.#overUntil;
    if (isOver) this.#overUntil = window.end;
    this.#over = isOver ? [...this.#over, window] : [];
    this.#under = isOver ? 0 : this.#under + 1;
    if (this.#episode === undefined) return this.#begin();
    this.#episode.windows++;
    const { since, windows } = this.#episode;
    if (this.#under >= this.rule.clearAfter) {
      this.#episode = undefined;
      return { event: "cleared", since, windows };
    }
    const cooldowns = (end: number) => Math.trunc((end - since) / 1000 / this.rule.cooldownSeconds);
    const isDue = isOver && cooldowns(window.end) > cooldowns(wasOverUntil);
    return isDue ? { event: "still", since, windows } : undefined;
  }

  #begin(): Told | undefined {
    const [first] = this.#over;
    if (first === undefined || this.#over.length < this.rule.raiseAfter) return undefined;
    this.#episode = { since: first.start, windows: this.#over.length };
    return { event: "raised", ...this.#episode };
  }
}

function alertRow(
  { hostname, cpu, start, end, average }: WindowResult,
  { event, since, windows }: Told,
  threshold: number | null,
): Row {
  const says = threshold === null ? "no longer has a threshold" : `${SAYS[event]} its threshold`;
  const limit = threshold === null ? "" : `, threshold ${threshold} %`;
  return {
    key: `${hostname}/${cpu}`,
    rule: "threshold",
    event,
    hostname,
    cpu,
    window_start: flinkTime(start),
    window_end: flinkTime(end),
    actual: average,
    threshold,
    ...NOTHING_LEARNED,
    since: flinkTime(since),
    windows,
    message: `${hostname}/${cpu} ${says}: actual % on average${limit}`,
  };
}

/** Columns used only by the rule `learned`. */
const NOTHING_LEARNED = { expected: null, lower: null, upper: null, score: null, kind: null };

const SAYS = { raised: "is over", still: "is still over", cleared: "is no longer over" };
