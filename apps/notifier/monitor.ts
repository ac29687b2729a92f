import { type Progress, type Rules, settle } from "./decisions.ts";
import { type Aggregate, keyOf, type OverThreshold, type SeriesName } from "./records.ts";
import { type Change, newSeries, type SeriesState, withAggregate, withNotification } from "./series.ts";

/** All series, and which of them have changed since their state was last taken. Times in epoch ms. */
export class Monitor {
  readonly #rules: Rules;
  readonly #series = new Map<string, SeriesState>();
  readonly #changed = new Set<string>();
  #progress: Progress = { notifications: 0, aggregates: 0 };

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /** How many series are over their threshold. */
  get openAlerts(): number {
    return [...this.#series.values()].filter(({ open }) => open).length;
  }

  /** Whether something waits for {@link settle}. */
  get undecided(): boolean {
    return [...this.#series.values()].some(isUndecided);
  }

  /** Takes the states of all series that have changed since theirs was last taken. */
  takeChanged(): SeriesState[] {
    return [...this.#changed].flatMap((key) => this.takeState(key) ?? []);
  }

  /** Puts in states as they were saved; what waits begins to wait at `now`. */
  restore(states: Iterable<SeriesState>, now: number): void {
    for (const state of states) {
      const waiting = state.waiting.map((read) => ({ ...read, readAt: now }));
      this.#series.set(keyOf(state), { ...state, waiting });
    }
  }

  /** Takes the state of a series, to be saved. */
  takeState(key: string): SeriesState | undefined {
    this.#changed.delete(key);
    return this.#series.get(key);
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
    return [...this.#series.values()].filter(isUndecided).flatMap((series) => this.#update(series, now));
  }

  #find(name: SeriesName): SeriesState {
    return this.#series.get(keyOf(name)) ?? newSeries(name);
  }

  #update(state: SeriesState, now: number): readonly Change[] {
    const key = keyOf(state);
    const { series, changes } = settle(state, this.#rules, this.#progress, now);
    if (series !== this.#series.get(key)) {
      this.#series.set(key, series);
      this.#changed.add(key);
    }
    return changes;
  }
}

function isUndecided({ candidates, waiting }: SeriesState): boolean {
  return candidates.length > 0 || waiting.length > 0;
}
