import { parseAlertRow, type ReadRow } from "./alertRow.ts";
import type { Batch } from "./reader.ts";

/** How many rows are kept in memory at most; the others wait in Kafka. */
const MOST_ROWS = 10_000;

/** Rows waiting to be posted, in the order in which they were read. */
export class Inbox {
  #rows: ReadRow[] = [];

  /** How far each partition has been read. */
  readonly positions: Map<number, number>;

  constructor(positions: ReadonlyMap<number, number>) {
    this.positions = new Map(positions);
  }

  get rows(): readonly ReadRow[] {
    return this.#rows;
  }

  get isFull(): boolean {
    return this.#rows.length >= MOST_ROWS;
  }

  /** @param onSkipped called for records that are not alert rows */
  take({ partition, records, next }: Batch, onSkipped: (record: string) => void): void {
    const position = this.positions.get(partition) ?? 0;
    for (const { key, value, offset, timestamp } of records) {
      if (Number(offset) < position) continue;
      const row = parseAlertRow(key, value);
      if (row === undefined) onSkipped(String(value));
      else this.#rows.push({ row, partition, offset: Number(offset), arrivedAt: Number(timestamp) });
    }
    this.positions.set(partition, Math.max(next, position));
  }

  /** Forgets the first rows. */
  drop(count: number): void {
    this.#rows = this.#rows.slice(count);
  }
}
