import { counted } from "../../lib/counted.ts";
import { printable } from "../../lib/printable.ts";
import { pause } from "../../lib/timing.ts";
import { accepts, deliver, kafkaFailure, retried, type Turn, withNewest } from "./delivery.ts";
import { type Fold, fold } from "./fold.ts";
import type { Following } from "./following.ts";
import { Inbox } from "./inbox.ts";
import { withoutLostRows } from "./lostRows.ts";
import { commitsOf, newProgress, type Progress, placeKey } from "./progress.ts";
import type { Batch, Reader } from "./reader.ts";
import type { TopicAdmin } from "./topicAdmin.ts";

/** Alerts that occur together are rarely read together. */
const TICK_MS = 200;

/**
 * The work for a channel between two assignments of the group: rows that were read are posted, then committed. At most
 * one message is uncommitted at any time, and the next session starts by asking the channel for it.
 */
export class Session {
  readonly #turn: Turn;
  /** For what is asked of Kafka, not of the channel. */
  readonly #atKafka: Pick<Turn, "signal" | "trouble">;
  /** Undefined until the session is ready for records. */
  #inbox: Inbox | undefined;
  /** By a clock that nobody sets. */
  #postedAt = Number.NEGATIVE_INFINITY;

  /** @param following ends with the session */
  constructor(
    private readonly following: Following,
    private readonly reader: Reader,
    private readonly admin: TopicAdmin,
  ) {
    const { report, signal } = following;
    this.#turn = { signal, isOurs: () => reader.isOurs(signal), trouble: report.channel };
    this.#atKafka = { signal, trouble: report.kafka };
  }

  /** Accepts what the reader has read. @returns false while the session is not ready for it */
  take(batch: Batch): boolean {
    const { report, signal } = this.following;
    if (this.#inbox === undefined || signal.aborted) return false;
    this.#inbox.take(batch, (record) => report.tell(`skipped a record: ${printable(record.slice(0, 200))}`));
    if (this.#inbox.isFull) this.reader.pause();
    return true;
  }

  /** Works until the signal is aborted. */
  async run(): Promise<void> {
    const { channel, groupId, silences, report, signal } = this.following;
    await silences.ready(signal);
    const standing = await this.#ask(() => this.admin.standing(groupId));
    if (standing === undefined) return;
    const { progress: known } = standing;
    const beginning = known ?? newProgress(standing, Date.now());
    const trouble = {
      works: () => report.channel.works(),
      failed: (reason: string) => {
        // An unavailable channel does not keep the notifier from counting as started.
        this.#show(beginning);
        report.channel.failed(reason);
      },
    };
    const turn = { ...this.#turn, trouble };
    const newest = known === undefined ? beginning : await withNewest(known, channel, turn);
    const { kept, losses } = withoutLostRows(newest, standing);
    for (const loss of losses) report.tell(loss);
    let progress = kept;
    // Messages name their log, so it has to be committed first. Besides, it shows that Kafka accepts offsets again.
    if (!(await this.#commit(progress))) return;
    // Before there is anything to post, nothing else would show that the channel refuses messages.
    if (known === undefined) await accepts(channel, turn);
    if (signal.aborted) return;
    const { firing, held, posted } = progress;
    report.tell(`active: ${firing} ongoing alerts, ${held.size} silenced, ${posted} messages so far`);
    this.#show(progress);
    // The reader continues from what was just committed.
    const inbox = new Inbox(
      new Map(commitsOf(progress).commits.map(({ partition, offset }) => [partition, offset])),
    );
    this.#inbox = inbox;
    this.reader.resume();
    while (!signal.aborted) {
      const after = await this.#step(progress, inbox);
      if (after === undefined) await pause(TICK_MS, signal);
      else progress = after;
    }
  }

  /** Settles what is due, if anything. @returns the progress after it, committed; undefined if nothing was settled */
  async #step(progress: Progress, inbox: Inbox): Promise<Progress | undefined> {
    const { channel, silences } = this.following;
    if (performance.now() < this.#postedAt + channel.interval) return undefined;
    const mayRelease = await this.#mayRelease(progress, inbox);
    if (inbox.rows.length === 0 && !mayRelease) return undefined;
    const folded = fold(progress, inbox.rows, {
      isSilenced: (row) => silences.silences(row),
      positions: inbox.positions,
      mostRows: channel.mostRows,
      mayRelease,
    });
    const after = folded.told.length === 0 ? folded.after : await this.#tell(progress, folded);
    if (after === undefined) return undefined;
    this.#show(after);
    if (!(await this.#commit(after))) return undefined;
    inbox.drop(folded.settled);
    if (!inbox.isFull) this.reader.resume();
    return after;
  }

  /** Whether held rows may be posted: only once everything that may end their episodes has been read. */
  async #mayRelease({ held }: Progress, { positions }: Inbox): Promise<boolean> {
    const { silences } = this.following;
    if (![...held.values()].some(({ row }) => row !== undefined && !silences.silences(row))) return false;
    const hasMore = await this.#ask(() => this.admin.hasMore(positions));
    return hasMore === false;
  }

  /** @returns the progress after the message; undefined if it was not posted */
  async #tell(progress: Progress, { told, released, after }: Fold): Promise<Progress | undefined> {
    const { channel, report } = this.following;
    if (after.held.size > 0) {
      // A message records how far it goes, so the rows held up to there have to be committed first.
      const both = [...progress.held.values(), ...after.held.values()];
      const held = new Map(both.map((each) => [placeKey(each), each]));
      if (!(await this.#commit({ ...progress, held }))) return undefined;
    }
    const stamp = { log: after.log, next: after.next, released, firing: after.firing };
    const delivered = await deliver(channel, told, stamp, progress, this.#turn);
    if (delivered === undefined) return undefined;
    const { mark, isPosted } = delivered;
    this.#postedAt = performance.now();
    if (!isPosted) return { ...after, mark };
    report.tell(`posted ${counted(told.length, "change")}`);
    return { ...after, mark, posted: after.posted + 1 };
  }

  /** Tries until it succeeds: at most one message may be uncommitted. @returns false if the partitions may be gone */
  async #commit(progress: Progress): Promise<boolean> {
    const { report } = this.following;
    const { commits, forgotten } = commitsOf(progress);
    if (forgotten > 0)
      report.kafka.failed(`${forgotten} silenced alerts are too many to be remembered across a restart`);
    const commit = async () => {
      await this.reader.commit(commits);
      return true;
    };
    const isDone = await retried(this.#atKafka, commit, kafkaFailure("Kafka does not accept offsets"));
    return isDone ?? false;
  }

  /** @returns undefined if the signal came first */
  #ask<T>(question: () => Promise<T>): Promise<T | undefined> {
    return retried(this.#atKafka, question, kafkaFailure("Kafka does not return offsets"));
  }

  #show({ firing, posted, held }: Progress): void {
    this.following.report.show({ openAlerts: firing, silenced: held.size, posted });
  }
}
