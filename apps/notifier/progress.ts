import { randomBytes } from "node:crypto";
import { type AlertRow, type Place, watchOf } from "./alertRow.ts";

/** An ongoing episode that is silenced, or that began long before the log. */
export interface Held extends Place {
  /** Its newest row; undefined after a restart, until the row has been read again. */
  readonly row: AlertRow | undefined;
  /** Whether it had been posted before it was silenced. */
  readonly told: boolean;
  /** Whether it is silenced, as far as is known. */
  readonly silenced?: boolean;
}

/** Offsets, by partition. */
export type Offsets = ReadonlyMap<number, number>;

/** What the topic holds: where each partition begins, and where its committed records end. */
export interface Extent {
  readonly low: Offsets;
  readonly high: Offsets;
}

/** How far a channel has posted the alerts. */
export interface Progress {
  /** Identifies this reading of the topic: the topic, or what was committed, may be lost and begin again. */
  readonly log: string;
  /** When the log began, epoch ms. */
  readonly begunAt: number;
  /** Rows before this offset were there when the log began. */
  readonly begunWith: Offsets;
  /** The newest message, in the channel's own terms; empty if there is none. */
  readonly mark: string;
  /** Messages so far. */
  readonly posted: number;
  /** Ongoing episodes that were posted. */
  readonly firing: number;
  /** Every row before this offset was posted, is held, or need not be posted. */
  readonly next: Offsets;
  /** Ongoing silenced episodes, by {@link heldKey}. */
  readonly held: ReadonlyMap<string, Held>;
}

/** The row's watch; its place if the row has not been read again. */
export const heldKey = ({ row, ...place }: Held) => (row === undefined ? placeKey(place) : watchOf(row));
export const placeKey = ({ partition, offset }: Place) => `${partition}:${offset}`;

/** A new log that begins where the partitions do. */
export function newProgress({ low, high }: Extent, now: number): Progress {
  const log = randomBytes(8).toString("hex");
  const place = { begunAt: now, begunWith: high, next: low };
  return { ...place, log, mark: "", posted: 0, firing: 0, held: new Map() };
}

/** An offset to commit, with the metadata that Kafka keeps with it. */
export interface Commit extends Place {
  readonly metadata: string;
}

/** https://kafka.apache.org/documentation/#brokerconfigs_offset.metadata.max.bytes */
const MOST_CHARACTERS = 4096;

/**
 * The progress as Kafka stores it for the group. No committed offset is past the oldest held row of its partition, so
 * held rows are read again after a restart.
 *
 * @returns what to commit for each partition, and how many held rows did not fit
 */
export function commitsOf(progress: Progress): { readonly commits: Commit[]; readonly forgotten: number } {
  const { log, begunAt, begunWith, mark, posted, firing } = progress;
  let forgotten = 0;
  const commits = [...progress.next].map(([partition, next]): Commit => {
    const rows = [...progress.held.values()].filter((row) => row.partition === partition);
    const fields = { log, begunAt, begunWith: begunWith.get(partition), mark, posted, firing, next };
    const withHeld = (held: string) => JSON.stringify({ ...fields, held });
    const list = heldText(rows, MOST_CHARACTERS - withHeld("").length);
    forgotten += rows.length - list.count;
    return { partition, offset: Math.min(next, list.oldest), metadata: withHeld(list.text) };
  });
  return { commits, forgotten };
}

/**
 * Offsets as differences, the newest first and relative to 0: `+` before a row that was never posted, `-` before one
 * that was.
 */
function heldText(rows: readonly Held[], room: number) {
  let [text, count, last] = ["", 0, 0];
  for (const { offset, told } of [...rows].sort((a, b) => b.offset - a.offset)) {
    const entry = `${told ? "-" : "+"}${Math.abs(last - offset).toString(36)}`;
    if (text.length + entry.length > room) break;
    text += entry;
    count++;
    last = offset;
  }
  return { text, count, oldest: count === 0 ? Number.POSITIVE_INFINITY : last };
}

/**
 * Reads what {@link commitsOf} wrote.
 *
 * @param low where each partition begins
 * @returns undefined if nothing of ours was committed
 */
export function readCommitted(
  committed: readonly { readonly partition: number; readonly metadata: string | null }[],
  low: Offsets,
): Progress | undefined {
  const known = committed.flatMap(({ partition, metadata }) => {
    const fields = parse(metadata);
    return fields === undefined ? [] : [{ ...fields, partition }];
  });
  const [first] = known;
  if (first === undefined) return undefined;
  const { log, begunAt, mark, posted, firing } = first;
  const next = new Map([...low, ...known.map((each) => [each.partition, each.next] as const)]);
  const begunWith = new Map(known.map((each) => [each.partition, each.begunWith ?? 0]));
  const held = known.flatMap((each) => heldIn(each.held, each.partition));
  return {
    ...{ log, begunAt, begunWith, mark, posted, firing, next },
    held: new Map(held.map((each) => [heldKey(each), each])),
  };
}

interface Fields extends Omit<Progress, "begunWith" | "next" | "held"> {
  /** Absent for a partition that was added later. */
  readonly begunWith?: number;
  readonly next: number;
  readonly held: string;
}

function parse(metadata: string | null): Fields | undefined {
  try {
    const fields = JSON.parse(metadata ?? "");
    return typeof fields?.log === "string" ? (fields as Fields) : undefined;
  } catch {
    return undefined;
  }
}

function heldIn(text: string, partition: number): Held[] {
  let offset = 0;
  return [...text.matchAll(/([+-])([0-9a-z]+)/g)].map(([, sign, digits = ""]) => {
    offset = Math.abs(offset - Number.parseInt(digits, 36));
    return { partition, offset, row: undefined, told: sign === "-" };
  });
}
