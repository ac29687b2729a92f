import type { Lag } from "./lag.ts";

/** Offsets of one partition; `committed` is -1 if nothing has been committed. */
export interface PartitionOffsets {
  readonly partition: number;
  readonly end: number;
  readonly low: number;
  readonly committed: number;
  /** The offset of the newest message that was read here; undefined if none was. */
  readonly newestMessage?: number | undefined;
}

interface Look {
  readonly at: number;
  readonly messages: number;
  readonly ends: ReadonlyMap<number, number>;
}

const KEPT_MS = 10 * 60_000;
const TREND_MS = 30_000;
const LEFT_MS = 10_000;
/** A lag that changes by less than this share, or by a few messages, counts as unchanged. */
const SAME_SHARE = 0.2;
const SAME_MESSAGES = 50;
/**
 * Offsets at the end of a partition that are not messages: a transaction ends with one, and jobs that write to the same
 * topic end theirs together. No reader commits them. This many are expected if no message has been read yet.
 */
const MARKERS = 3;

/** A reader's lag over the last minutes, from which its age and its trend follow. */
export class LagHistory {
  readonly #looks: Look[] = [];

  /** Adds a look, and returns the current lag. */
  add(now: number, partitions: readonly PartitionOffsets[]): Lag {
    const messages = partitions.map(behind).reduce((sum, each) => sum + each, 0);
    // A topic that was deleted and created again has nothing to do with the earlier looks.
    const last = this.#looks.at(-1)?.ends;
    if (partitions.some(({ partition, end }) => end < (last?.get(partition) ?? 0))) this.#looks.length = 0;
    this.#looks.push({
      at: now,
      messages,
      ends: new Map(partitions.map(({ partition, end }) => [partition, end])),
    });
    while ((this.#looks[0]?.at ?? now) < now - KEPT_MS) this.#looks.shift();
    return {
      messages,
      ...this.#seconds(now, partitions),
      trend: this.#trend(now, messages),
      leftSeconds: this.#left(now, messages),
    };
  }

  /** Since the earliest look that found a message that is still not committed. */
  #seconds(now: number, partitions: readonly PartitionOffsets[]): Pick<Lag, "seconds" | "atLeastSeconds"> {
    let oldest = now;
    let isKnown = true;
    for (const each of partitions) {
      if (!isWaiting(each)) continue;
      const { partition, end } = each;
      const read = readUntil(each);
      const first = this.#looks.find(({ ends }) => (ends.get(partition) ?? 0) > read) ?? this.#looks[0];
      // It was there before the first look; for how long is not known.
      if (first === this.#looks[0] && (this.#looks.length > 1 || end - read > SAME_MESSAGES)) isKnown = false;
      oldest = Math.min(oldest, first?.at ?? now);
    }
    const atLeastSeconds = Math.round((now - oldest) / 100) / 10;
    return { seconds: isKnown ? atLeastSeconds : undefined, atLeastSeconds };
  }

  #left(now: number, messages: number): number | undefined {
    const before = this.#looks.findLast(({ at }) => at <= now - LEFT_MS) ?? this.#looks[0];
    const fallen = (before?.messages ?? messages) - messages;
    if (before === undefined || before.at === now || fallen <= SAME_MESSAGES) return undefined;
    return Math.round((messages * (now - before.at)) / fallen / 1_000);
  }

  #trend(now: number, messages: number): Lag["trend"] {
    const before = this.#looks.findLast(({ at }) => at <= now - TREND_MS) ?? this.#looks[0];
    const change = messages - (before?.messages ?? messages);
    if (Math.abs(change) <= Math.max(SAME_MESSAGES, messages * SAME_SHARE)) return 0;
    return change > 0 ? 1 : -1;
  }
}

/** The offset up to which a reader has read. */
const readUntil = ({ committed, low }: PartitionOffsets) => Math.max(committed, low);

/** The offsets it has not committed. Markers after the newest message do not count, those between messages do. */
function behind(partition: PartitionOffsets): number {
  const read = readUntil(partition);
  const { end, newestMessage } = partition;
  return newestMessage !== undefined && newestMessage < read ? 0 : Math.max(0, end - read);
}

const isWaiting = (partition: PartitionOffsets) =>
  behind(partition) > (partition.newestMessage === undefined ? MARKERS : 0);
