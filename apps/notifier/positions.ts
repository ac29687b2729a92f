/** An offset of a partition; the next one to read, or the end. */
export interface PartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/** Up to where partitions have been read. */
export class Positions {
  readonly #next = new Map<string, PartitionOffset>();

  /** Moves a partition on to the offset that is read next. */
  set(position: PartitionOffset): void {
    this.#next.set(nameOf(position), position);
  }

  /** Whether every partition has been read up to these ends. */
  reached(ends: readonly PartitionOffset[]): boolean {
    return ends.every((end) => {
      const next = this.#next.get(nameOf(end));
      return BigInt(end.offset) <= BigInt(next?.offset ?? 0);
    });
  }

  /** The offsets as a consumer group commits them. */
  of(topics: readonly string[]): PartitionOffset[] {
    return [...this.#next.values()].filter(({ topic }) => topics.includes(topic));
  }
}

function nameOf({ topic, partition }: Omit<PartitionOffset, "offset">): string {
  return `${topic}/${partition}`;
}
