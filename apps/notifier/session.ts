import { pause } from "../../lib/timing.ts";
import { failureOf } from "../shared/failures.ts";
import { parseAlertRow, type ReadRow } from "./alertRow.ts";
import type { Channel } from "./channel.ts";
import { deliver, retried, type Turn } from "./delivery.ts";
import { type Fold, fold } from "./fold.ts";
import {
  commitsOf,
  type HeldPlaces,
  newProgress,
  type Progress,
  placeKey,
  readCommitted,
} from "./progress.ts";
import type { Batch, Reader } from "./reader.ts";
import type { Silences } from "./silences.ts";
import type { Report } from "./status.ts";
import type { TopicAdmin } from "./topicAdmin.ts";

const TICK_MS = 100;
/** What comes up together is rarely read at once. */
const GATHER_MS = 200;
const RETRY_MS = 1_000;
/** How many rows wait in memory at most; the others wait in Kafka. */
const MOST_PENDING = 10_000;
/** How many silenced episodes a message tells at most, so that their places fit into it. */
const MOST_RELEASES = 100;

/** What a {@link Session} works with. */
export interface SessionTools {
  readonly channel: Channel;
  readonly groupId: string;
  readonly reader: Reader;
  readonly admin: TopicAdmin;
  readonly silences: Silences;
  readonly report: Report;
  /** Ends the session. */
  readonly signal: AbortSignal;
}

/**
 * The work for a channel between two assignments of the group: what was read is told, then committed. At most one
 * message is not committed yet, and the channel is asked for it at the beginning of the next session.
 */
export class Session {
  readonly #tools: SessionTools;
  readonly #turn: Turn;
  #progress: Progress | undefined;
  #restored: HeldPlaces = new Map();
  #pending: ReadRow[] = [];
  #pendingSince = 0;
  #positions = new Map<number, number>();
  #postedAt = 0;

  constructor(tools: SessionTools) {
    this.#tools = tools;
    const { reader, report, signal } = tools;
    this.#turn = {
      signal,
      isOurs: () => reader.isOurs(signal),
      onTrouble: (reason) => report.trouble(reason),
    };
  }

  /** Takes in what the reader has read. @returns false while the session is not ready for it */
  take({ partition, records, next }: Batch): boolean {
    if (this.#progress === undefined || this.#tools.signal.aborted) return false;
    if (this.#pending.length === 0) this.#pendingSince = Date.now();
    for (const { key, value, offset, timestamp } of records) {
      // kafkajs hands out whole batches, which may begin earlier than asked for.
      if (Number(offset) < (this.#positions.get(partition) ?? 0)) continue;
      const row = parseAlertRow(key, value);
      if (row === undefined) this.#tools.report.tell(`skipped a record: ${String(value).slice(0, 200)}`);
      else this.#pending.push({ row, partition, offset: Number(offset), arrivedAt: Number(timestamp) });
    }
    this.#positions.set(partition, Math.max(next, this.#positions.get(partition) ?? 0));
    if (this.#pending.length >= MOST_PENDING) this.#tools.reader.pause();
    return true;
  }

  /**
   * Works until the signal.
   *
   * @throws MustBeFixed when somebody has to change something first
   */
  async run(): Promise<void> {
    const { silences, reader, report, signal } = this.#tools;
    await silences.ready(signal);
    const progress = await this.#load();
    if (progress === undefined || signal.aborted) return;
    this.#settle(progress);
    report.tell(
      `active: ${progress.firing} ongoing alerts, ${this.#restored.size} silenced, ${progress.posted} messages so far`,
    );
    reader.resume();
    for (; !signal.aborted; await pause(TICK_MS, signal))
      await this.#step(this.#progress ?? progress, Date.now());
  }

  /** Where the former session ended; undefined if the signal came first. */
  async #load(): Promise<Progress | undefined> {
    const { admin, channel, groupId, report, signal } = this.#tools;
    for (; !signal.aborted; await pause(RETRY_MS, signal)) {
      const answer = await Promise.all([admin.bounds(), admin.committed(groupId)]).catch((error: unknown) => {
        report.trouble(`Kafka cannot be asked for offsets (${failureOf(error).reason}); trying again`);
      });
      if (answer === undefined) continue;
      const [{ low }, committed] = answer;
      this.#positions = new Map(low);
      for (const { partition, offset } of committed) {
        this.#positions.set(partition, Math.max(offset, low.get(partition) ?? 0));
      }
      const known = readCommitted(committed, low);
      if (known === undefined) return newProgress(low, Date.now());
      this.#restored = known.held;
      const onTrouble = (reason: string) => {
        // A channel that is away is no reason not to begin.
        this.#show(known.progress);
        report.trouble(reason);
      };
      const newest = await retried(
        { ...this.#turn, onTrouble },
        () => channel.newest(known.progress, onTrouble),
        (error) => channel.failureOf(error),
      );
      return this.#withNewest(known.progress, newest);
    }
    return undefined;
  }

  /** A message that was told and not committed counts. */
  #withNewest(progress: Progress, newest: Awaited<ReturnType<Channel["newest"]>>): Progress {
    if (newest === undefined) return progress;
    const released = new Set(newest.released.map(placeKey));
    this.#restored = new Map([...this.#restored].filter(([place]) => !released.has(place)));
    const next = new Map([...progress.next, ...newest.next]);
    return { ...progress, next, mark: newest.mark, firing: newest.firing, posted: progress.posted + 1 };
  }

  async #step(progress: Progress, now: number): Promise<void> {
    const { channel } = this.#tools;
    if (now < this.#postedAt + channel.interval) return;
    const hasRows = this.#pending.length > 0 && now >= this.#pendingSince + GATHER_MS;
    const releases = await this.#releasable(progress);
    if (!hasRows && releases === 0) return;
    const rows = this.#pending.slice(0, channel.mostRows);
    const rest = this.#pending.slice(channel.mostRows);
    const positions = new Map(this.#positions);
    for (const { partition, offset } of rest.toReversed()) positions.set(partition, offset);
    const { silences } = this.#tools;
    const folded = fold(progress, rows, {
      isSilenced: (row) => silences.silences(row),
      restored: this.#restored,
      positions,
      releases: rest.length > 0 ? 0 : Math.min(releases, channel.mostRows),
    });
    if (folded.told.length === 0) {
      if (await this.#commit(folded.after)) this.#done(rows.length, folded.after);
      return;
    }
    const after = await this.#tell(progress, folded);
    if (after !== undefined) this.#done(rows.length, after);
  }

  /** How many held rows may be told: none before everything is read that may end their episodes. */
  async #releasable({ held }: Progress): Promise<number> {
    const { silences, admin, report } = this.#tools;
    if (![...held.values()].some(({ row }) => !silences.silences(row))) return 0;
    try {
      const { high } = await admin.bounds();
      const isBehind = [...high].some(([partition, end]) => (this.#positions.get(partition) ?? 0) < end);
      return isBehind ? 0 : MOST_RELEASES;
    } catch (error) {
      report.trouble(`Kafka cannot be asked for offsets (${failureOf(error).reason}); trying again`);
      return 0;
    }
  }

  /** @returns the progress after the message, committed if possible; undefined if it was not told */
  async #tell(progress: Progress, { told, released, holdsMore, after }: Fold): Promise<Progress | undefined> {
    const { channel, report } = this.#tools;
    // A message says how far it goes. What is held on the way has to be known by then, and so has the log.
    if (holdsMore || progress.posted === 0) {
      const both = [...progress.held.values(), ...after.held.values()];
      const held = new Map(both.map((row) => [placeKey(row), row]));
      if (!(await this.#commit({ ...progress, held }))) return undefined;
    }
    const stamp = { log: after.log, next: after.next, released, firing: after.firing };
    const mark = await deliver(channel, told, stamp, progress, this.#turn);
    if (mark === undefined) return undefined;
    this.#postedAt = Date.now();
    report.tell(`posted ${told.length === 1 ? "1 change" : `${told.length} changes`}`);
    const finished = { ...after, mark, posted: after.posted + 1 };
    this.#settle(finished);
    return (await this.#commit(finished)) ? finished : undefined;
  }

  /** Tries until it succeeds: at most one message may be uncommitted. @returns false if the partitions may be gone */
  async #commit(progress: Progress): Promise<boolean> {
    const { reader, report, signal } = this.#tools;
    const { commits, forgotten } = commitsOf(progress);
    if (forgotten > 0) {
      report.trouble(`${forgotten} silenced alerts are too many to be remembered over a restart`);
    }
    for (;;) {
      try {
        await reader.commit(commits);
        report.fine();
        return true;
      } catch (error) {
        report.trouble(`Kafka does not accept offsets (${failureOf(error).reason}); trying again`);
        if (signal.aborted) return false;
        await pause(RETRY_MS, signal);
      }
    }
  }

  #done(count: number, progress: Progress): void {
    this.#pending = this.#pending.slice(count);
    this.#pendingSince = Date.now();
    if (this.#pending.length < MOST_PENDING) this.#tools.reader.resume();
    this.#settle(progress);
  }

  #settle(progress: Progress): void {
    this.#progress = progress;
    this.#show(progress);
  }

  #show({ firing, posted, held }: Progress): void {
    this.#tools.report.show({ openAlerts: firing, silenced: held.size, posted });
  }
}
