import { randomBytes } from "node:crypto";
import type { Place, ReadRow } from "./alertRow.ts";

/** An episode that lasts and is silenced. */
export interface Held extends ReadRow {
  /** Whether it had been told before it was silenced. */
  readonly told: boolean;
}

/** How far a channel has told the alerts. */
export interface Progress {
  /** Tells this reading of the topic from others: the topic, or what was committed, may be lost and begin again. */
  readonly log: string;
  /** When the log began, epoch ms. */
  readonly begunAt: number;
  /** The newest message, in the channel's own terms; empty if there is none. */
  readonly mark: string;
  /** Messages so far. */
  readonly posted: number;
  /** Episodes that were told and last. */
  readonly firing: number;
  /** By partition: every row before this offset was told, or is held, or need not be told. */
  readonly next: ReadonlyMap<number, number>;
  /** Silenced episodes that last, by what is watched. */
  readonly held: ReadonlyMap<string, Held>;
}

/** Held rows by their places, as they are restored; true if they had been told. */
export type HeldPlaces = ReadonlyMap<string, boolean>;

export const placeKey = ({ partition, offset }: Place) => `${partition}:${offset}`;

/** A new log that begins where the partitions do. */
export function newProgress(next: ReadonlyMap<number, number>, now: number): Progress {
  const log = randomBytes(8).toString("hex");
  return { log, begunAt: now, mark: "", posted: 0, firing: 0, next, held: new Map() };
}

/** An offset to commit, with what Kafka keeps beside it. */
export interface Commit extends Place {
  readonly metadata: string;
}

/** https://kafka.apache.org/documentation/#brokerconfigs_offset.metadata.max.bytes */
const MOST_CHARACTERS = 4096;

/**
 * The progress as Kafka keeps it for the group. An offset from which to read is at most that of the oldest held row:
 * after a restart, these rows are read again.
 *
 * @returns for each partition what to commit, and how many held rows had no room
 */
export function commitsOf(progress: Progress): { readonly commits: Commit[]; readonly forgotten: number } {
  const { log, begunAt, mark, posted, firing, next, held } = progress;
  let forgotten = 0;
  const commits = [...next].map(([partition, told]): Commit => {
    const rows = [...held.values()].filter((row) => row.partition === partition);
    const header = JSON.stringify({ log, begunAt, mark, posted, firing, next: told, held: "" });
    const list = heldText(rows, MOST_CHARACTERS - header.length);
    forgotten += rows.length - list.count;
    const metadata = JSON.stringify({ log, begunAt, mark, posted, firing, next: told, held: list.text });
    return { partition, offset: Math.min(told, list.first), metadata };
  });
  return { commits, forgotten };
}

/** Offsets as differences, the newest first: `+` before one that was never told, `-` before one that was. */
function heldText(rows: readonly Held[], room: number) {
  let [text, count, last, first] = ["", 0, 0, Number.POSITIVE_INFINITY];
  for (const { offset, told } of [...rows].sort((a, b) => b.offset - a.offset)) {
    const entry = `${told ? "-" : "+"}${(count === 0 ? offset : last - offset).toString(36)}`;
    if (text.length + entry.length > room) break;
    text += entry;
    count++;
    last = offset;
    first = offset;
  }
  return { text, count, first };
}

/** What was committed for a partition. */
export interface Committed {
  readonly partition: number;
  readonly metadata: string | null;
}

/**
 * Reads what {@link commitsOf} wrote.
 *
 * @param low where each partition begins
 * @returns undefined if nothing of ours was committed
 */
export function readCommitted(
  committed: readonly Committed[],
  low: ReadonlyMap<number, number>,
): { readonly progress: Progress; readonly held: HeldPlaces } | undefined {
  const known = committed.flatMap(({ partition, metadata }) => {
    const fields = parse(metadata);
    return fields === undefined ? [] : [{ partition, ...fields }];
  });
  const [first] = known;
  if (first === undefined) return undefined;
  const { log, begunAt, mark, posted, firing } = first;
  const next = new Map([...low, ...known.map((each) => [each.partition, each.next] as const)]);
  const held = new Map(known.flatMap((each) => heldPlaces(each.partition, each.held)));
  return { progress: { log, begunAt, mark, posted, firing, next, held: new Map() }, held };
}

interface Fields extends Omit<Progress, "next" | "held"> {
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

function heldPlaces(partition: number, text: string): [string, boolean][] {
  let offset: number | undefined;
  return [...text.matchAll(/([+-])([0-9a-z]+)/g)].map(([, sign, digits = ""]) => {
    const number = Number.parseInt(digits, 36);
    offset = offset === undefined ? number : offset - number;
    return [placeKey({ partition, offset }), sign === "-"];
  });
}
