import { type AlertRow, type Place, type ReadRow, watchOf } from "./alertRow.ts";
import type { Told } from "./channel.ts";
import { type Held, heldKey, type Progress, placeKey } from "./progress.ts";

/** How long before the log began a row may have arrived and still be posted; earlier episodes count only if ongoing. */
const HISTORY_MS = 3_600_000;
/** How many held rows a message contains at most, so that their places fit into it. */
const MOST_RELEASES = 100;

/** What one message contains, and the state after it. */
export interface Fold {
  readonly told: readonly Told[];
  /** Rows that were held, and that the message contains. */
  readonly released: readonly Place[];
  /** How many of the rows it settles, counted from the first. */
  readonly settled: number;
  /** The progress after the message, except for the message's own mark and number. */
  readonly after: Progress;
}

/** What a fold depends on, besides the rows. */
export interface FoldRules {
  readonly isSilenced: (row: AlertRow) => boolean;
  /** How far each partition has been read. */
  readonly positions: ReadonlyMap<number, number>;
  /** How many rows the message may contain. */
  readonly mostRows: number;
  /** Whether held rows that are no longer silenced may be posted: only if everything has been read. */
  readonly mayRelease: boolean;
}

/** Decides which rows are posted, in order, and which are held because they are silenced. */
export function fold(before: Progress, rows: readonly ReadRow[], rules: FoldRules): Fold {
  const { isSilenced, mostRows, mayRelease, positions } = rules;
  const held = new Map(before.held);
  const told = new Set<Told>();
  const newest = new Map<string, Told>();
  let firing = before.firing;

  const tell = (row: AlertRow, known: Held | undefined, wasSilenced: boolean) => {
    const isNews = known === undefined ? row.event === "raised" : !known.told;
    if (row.event === "cleared") firing = Math.max(firing - 1, 0);
    else if (isNews) firing++;
    const last = newest.get(watchOf(row));
    // While the channel is unavailable, the newest reminder replaces the older ones.
    if (last !== undefined && row.event === "still" && last.row.event === "still") told.delete(last);
    const line = { row, wasSilenced };
    told.add(line);
    newest.set(watchOf(row), line);
  };

  let settled = 0;
  for (const read of rows) {
    if (told.size >= mostRows) break;
    settled++;
    const { row, partition, offset, arrivedAt } = read;
    const watch = watchOf(row);
    const earlier = held.get(watch);
    held.delete(watch);
    const again = held.get(placeKey(read));
    // Our clock may have been ahead when the log began, so that alone does not decide.
    const wasThere = offset < (before.begunWith.get(partition) ?? 0);
    const isOld = wasThere && arrivedAt < before.begunAt - HISTORY_MS;
    const silenced = !isOld || isSilenced(row);
    held.delete(placeKey(read));
    if (offset < (before.next.get(partition) ?? 0)) {
      // Settled before; read again only for the held rows.
      if (again !== undefined) held.set(watch, { ...again, row, silenced });
      continue;
    }
    const known = earlier?.row?.since === row.since ? earlier : undefined;
    if (row.event === "cleared") {
      const isUntold = known === undefined ? isOld : !known.told;
      if (!isUntold) tell(row, undefined, false);
    } else if (isOld || isSilenced(row)) {
      // An episode that was not held before it was silenced has already been posted.
      const wasTold = known?.told ?? (row.event === "still" && !isOld);
      held.set(watch, { partition, offset, row, told: wasTold, silenced });
    } else {
      tell(row, known, false);
    }
  }

  const isFree = ({ row }: Held) => row !== undefined && !isSilenced(row);
  const free = [...held.values()]
    .filter(isFree)
    .slice(0, Math.min(mayRelease ? MOST_RELEASES : 0, mostRows - told.size));
  for (const each of free) {
    held.delete(heldKey(each));
    if (each.row !== undefined) tell(each.row, each, each.silenced === true);
  }
  const released = free.map(({ partition, offset }) => ({ partition, offset }));

  const rest = rows.slice(settled);
  const next = new Map(before.next);
  for (const [partition, position] of positions) {
    const end = rest.find((row) => row.partition === partition)?.offset ?? position;
    next.set(partition, Math.max(end, next.get(partition) ?? 0));
  }
  return { told: [...told], released, settled, after: { ...before, firing, next, held } };
}
