import { type Progress, type Rules, settle } from "./decisions.ts";
import { type Aggregate, keyOf, type OverThreshold, type SeriesName } from "./records.ts";
import { type Change, newSeries, type SeriesState, withAggregate, withNotification } from "./series.ts";

/**
 * How long a series without an alert, and without a record, is remembered: long enough for what comes late. Most names
 * come every 30 s; those that come once must not stay for ever.
 */
export const REMEMBERED_MS = 60_000;

/** All series, and which of them have changed since their state was last taken. Times in epoch ms. */
export class Monitor {
  readonly #rules: Rules;
  /** The one that changed last comes last. */
  readonly #series = new Map<string, { readonly state: SeriesState; readonly changedAt: number }>();
  readonly #changed = new Set<string>();
  #progress: Progress = { notifications: 0, aggregates: 0 };

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /** How many series are over their threshold. */
  get openAlerts(): number {
    return this.#states.filter(({ open }) => open).length;
  }

  /** Whether something waits for {@link settle}. */
  get undecided(): boolean {
    return this.#states.some(isUndecided);
  }

  /** How many series are remembered. */
  get size(): number {
    return this.#series.size;
  }

  /**
   * Forgets the series without an alert that have not changed for long.
   *
   * @param committedAt what was read until then is not read again; forgetting it earlier would post it twice
   * @returns their keys
   */
  forget(committedAt: number, now: number): string[] {
    const before = Math.min(committedAt, now - REMEMBERED_MS);
    const forgotten: string[] = [];
    for (const [key, { state, changedAt }] of this.#series) {
      if (changedAt >= before) break;
      if (state.open || isUndecided(state)) continue;
      this.#series.delete(key);
      this.#changed.delete(key);
      forgotten.push(key);
    }
    return forgotten;
  }

  /** Takes the states of all series that have changed since theirs was last taken. */
  takeChanged(): SeriesState[] {
    return [...this.#changed].flatMap((key) => this.takeState(key) ?? []);
  }

  /** Puts in states as they were saved; what waits begins to wait at `now`. */
  restore(states: Iterable<SeriesState>, now: number): void {
    for (const state of states) {
      const waiting = state.waiting.map((read) => ({ ...read, readAt: now }));
      this.#put(keyOf(state), { ...state, waiting }, now);
    }
  }

  /** Takes the state of a series, to be saved. */
  takeState(key: string): SeriesState | undefined {
    this.#changed.delete(key);
    return this.#series.get(key)?.state;
  }

  /** Takes in a notification that was read at `now`. */
  notified(read: OverThreshold, now: number): readonly Change[] {
    return this.#update(withNotification(this.#find(read), read, now), now);
  }

  /** Takes in an aggregate that was read at `now`. */
  aggregated(read: Aggregate, now: number): readonly Change[] {
    return this.#update(withAggregate(this.#find(read), read, now), now);
  }

  /** Decides what time and the progress of reading allow to decide. */
  settle(progress: Progress, now: number): readonly Change[] {
    this.#progress = progress;
    return this.#states.filter(isUndecided).flatMap((series) => this.#update(series, now));
  }

  get #states(): SeriesState[] {
    return Array.from(this.#series.values(), ({ state }) => state);
  }

  #put(key: string, state: SeriesState, changedAt: number): void {
    this.#series.delete(key);
    this.#series.set(key, { state, changedAt });
  }

  #find(name: SeriesName): SeriesState {
    return this.#series.get(keyOf(name))?.state ?? newSeries(name);
  }

  #update(state: SeriesState, now: number): readonly Change[] {
    const key = keyOf(state);
    const { series, changes } = settle(state, this.#rules, this.#progress, now);
    if (series !== this.#series.get(key)?.state) {
      this.#put(key, series, now);
      this.#changed.add(key);
    }
    return changes;
  }
}

function isUndecided({ candidates, waiting }: SeriesState): boolean {
  return candidates.length > 0 || waiting.length > 0;
}
