import { type AlertRow, type Place, type ReadRow, watchOf } from "./alertRow.ts";
import type { Told } from "./channel.ts";
import { type Held, type HeldPlaces, type Progress, placeKey } from "./progress.ts";

/** How long before the beginning of a log rows may have arrived to be told: earlier episodes count only if they last. */
const HISTORY_MS = 3_600_000;

/** What one message tells, and what is true after it. */
export interface Fold {
  readonly told: readonly Told[];
  /** Rows that were held, and that the message tells. */
  readonly released: readonly Place[];
  /** Whether rows are held that were not before. */
  readonly holdsMore: boolean;
  /** The progress after the message, but for the message's own mark and number. */
  readonly after: Progress;
}

/** What a fold depends on, beside the rows. */
export interface FoldRules {
  readonly isSilenced: (row: AlertRow) => boolean;
  /** Rows that were held according to what was committed. */
  readonly restored: HeldPlaces;
  /** Where reading stands, by partition. */
  readonly positions: ReadonlyMap<number, number>;
  /** How many held rows may be told if they are not silenced any more; 0 unless all rows have been read. */
  readonly releases: number;
}

/** Decides which of the rows are to be told, in their order, and which are held because they are silenced. */
export function fold(before: Progress, rows: readonly ReadRow[], rules: FoldRules): Fold {
  const held = new Map(before.held);
  const told: (Told | undefined)[] = [];
  const newest = new Map<string, number>();
  let firing = before.firing;
  let holdsMore = false;

  const tell = (read: ReadRow, known: Held | undefined, wasSilenced: boolean) => {
    const isNews = known === undefined ? read.row.event === "raised" : !known.told;
    if (read.row.event === "cleared") firing = Math.max(firing - 1, 0);
    else if (isNews) firing++;
    const last = newest.get(watchOf(read.row)) ?? -1;
    // While the channel is away, the newest reminder says all that older ones would have said.
    if (read.row.event === "still" && told[last]?.row.event === "still") told[last] = undefined;
    newest.set(watchOf(read.row), told.push({ row: read.row, wasSilenced }) - 1);
  };

  for (const read of rows) {
    const { row, partition, offset, arrivedAt } = read;
    const watch = watchOf(row);
    const earlier = held.get(watch);
    const known = earlier?.row.since === row.since ? earlier : undefined;
    if (offset < (before.next.get(partition) ?? 0)) {
      // Settled before, and read again for the sake of what is held.
      const wasTold = rules.restored.get(placeKey(read));
      if (row.event === "cleared" || wasTold === undefined) held.delete(watch);
      else held.set(watch, { ...read, told: wasTold });
      continue;
    }
    const isOld = arrivedAt < before.begunAt - HISTORY_MS;
    if (row.event === "cleared") {
      held.delete(watch);
      const isUntold = known === undefined ? isOld : !known.told;
      if (!isUntold) tell(read, undefined, false);
    } else if (isOld || rules.isSilenced(row)) {
      // Whatever was not held before it is silenced was told.
      held.set(watch, { ...read, told: known?.told ?? (row.event === "still" && !isOld) });
      holdsMore = true;
    } else {
      held.delete(watch);
      tell(read, known, false);
    }
  }

  const free = [...held].filter(([, { row }]) => !rules.isSilenced(row)).slice(0, rules.releases);
  for (const [watch, row] of free) {
    held.delete(watch);
    tell(row, row, true);
  }
  const released = free.map(([, { partition, offset }]) => ({ partition, offset }));
  const next = new Map([...before.next, ...rules.positions]);
  for (const [partition, offset] of before.next) {
    next.set(partition, Math.max(offset, next.get(partition) ?? 0));
  }
  const after = { ...before, firing, next, held };
  return { told: told.filter((row) => row !== undefined), released, holdsMore, after };
}
