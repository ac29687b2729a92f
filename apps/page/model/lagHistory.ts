import type { Lag } from "./lag.ts";

/** Offsets of one partition; `committed` is -1 if nothing has been committed. */
export interface PartitionOffsets {
  readonly partition: number;
  readonly end: number;
  readonly low: number;
  readonly committed: number;
}

interface Look {
  readonly at: number;
  readonly messages: number;
  readonly ends: ReadonlyMap<number, number>;
}

const KEPT_MS = 10 * 60_000;
const TREND_MS = 30_000;
/** A lag that changes by less than this share, or by a few messages, is the same. */
const SAME_SHARE = 0.2;
const SAME_MESSAGES = 50;

/** What a reader's lag was over the last minutes: from it follow its seconds and its trend. */
export class LagHistory {
  readonly #looks: Look[] = [];

  /** Takes in a look, and says what the lag is now. */
  add(now: number, partitions: readonly PartitionOffsets[]): Lag {
    const behind = partitions.map(({ end, committed, low }) => Math.max(0, end - Math.max(committed, low)));
    const messages = behind.reduce((sum, each) => sum + each, 0);
    this.#looks.push({
      at: now,
      messages,
      ends: new Map(partitions.map(({ partition, end }) => [partition, end])),
    });
    while ((this.#looks[0]?.at ?? now) < now - KEPT_MS) this.#looks.shift();
    return { messages, seconds: this.#seconds(now, partitions), trend: this.#trend(now, messages) };
  }

  /** Since the earliest look that found a message which is still not committed. */
  #seconds(now: number, partitions: readonly PartitionOffsets[]): number | undefined {
    let oldest = now;
    for (const { partition, end, committed } of partitions) {
      if (end <= committed) continue;
      const first = this.#looks.find(({ ends }) => (ends.get(partition) ?? 0) > committed);
      // It was there before the first look: nobody knows for how long.
      if (first === undefined || first === this.#looks[0]) {
        if (this.#looks.length > 1 || end - committed > SAME_MESSAGES) return undefined;
      } else oldest = Math.min(oldest, first.at);
    }
    return Math.round((now - oldest) / 100) / 10;
  }

  #trend(now: number, messages: number): Lag["trend"] {
    const before = this.#looks.findLast(({ at }) => at <= now - TREND_MS) ?? this.#looks[0];
    const change = messages - (before?.messages ?? messages);
    if (Math.abs(change) <= Math.max(SAME_MESSAGES, messages * SAME_SHARE)) return 0;
    return change > 0 ? 1 : -1;
  }
}
