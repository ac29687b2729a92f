import { keyOf } from "./records.ts";
import type { Change } from "./series.ts";

/** What has not been posted yet, by series. Times in epoch ms. */
export class Outbox {
  readonly #pending = new Map<string, Change[]>();
  #since = 0;

  get isEmpty(): boolean {
    return this.#pending.size === 0;
  }

  /** When the oldest of what is pending was put in; of no meaning when empty. */
  get since(): number {
    return this.#since;
  }

  /** The series that have something pending, longest waiting first. */
  get keys(): readonly string[] {
    return [...this.#pending.keys()];
  }

  add(changes: readonly Change[], now: number): void {
    if (this.isEmpty) this.#since = now;
    for (const change of changes) {
      const key = keyOf(change);
      const pending = this.#pending.get(key) ?? [];
      // While Slack is away, the newest reminder says all that older ones would have said.
      if (change.kind === "reminder" && pending.at(-1)?.kind === "reminder") pending.pop();
      this.#pending.set(key, [...pending, change]);
    }
  }

  /** Takes out all that is pending for these series, in the order of event time. */
  take(keys: Iterable<string>): Change[] {
    const taken: Change[] = [];
    for (const key of keys) {
      taken.push(...(this.#pending.get(key) ?? []));
      this.#pending.delete(key);
    }
    return taken.sort((a, b) => a.end - b.end);
  }
}
