import type { KafkaMessage } from "kafkajs";
import { pause } from "../../lib/timing.ts";
import { failureOf } from "../shared/failures.ts";
import { Courier } from "./courier.ts";
import { WAIT_MS } from "./decisions.ts";
import { Intake, type Unsaved } from "./intake.ts";
import type { NotifierOptions } from "./options.ts";
import type { PartitionOffset } from "./positions.ts";
import type { Publisher } from "./publisher.ts";
import type { Reader } from "./reader.ts";
import { readUpToNow } from "./readUpToNow.ts";
import { forgottenRecord, SavedState, seriesRecord } from "./savedState.ts";
import { REQUEST_SIZE, type StateWriter } from "./stateWriter.ts";
import type { StatusReport } from "./statusReport.ts";
import type { TopicEnds } from "./topicEnds.ts";

const TICK_MS = 100;
/** What comes up together is rarely read at once. */
const GATHER_MS = 200;
const SAMPLE_MS = 1_000;
const SAVE_MS = 5_000;
const STATUS_MS = 500;

/** What a {@link Session} works with. */
export interface SessionTools {
  readonly options: NotifierOptions;
  readonly reader: Reader;
  readonly ends: TopicEnds;
  readonly writer: StateWriter;
  readonly publisher: Publisher;
  readonly status: StatusReport;
  /** Ends the session. */
  readonly signal: AbortSignal;
}

/**
 * The work between two assignments of the group. Whatever another member or an earlier session has done in
 * between, it begins with the content of the state topic and continues at the committed offsets.
 *
 * Offsets are committed once everything that follows from the records before them is posted and saved. Records
 * that are read again then do nothing: a series knows its newest decided windows.
 */
export class Session {
  readonly #tools: SessionTools;
  readonly #saved = new SavedState();
  readonly #intake: Intake;
  readonly #courier: Courier;
  #working = false;
  #unfinished = false;
  #postedAt = 0;
  #savedAt = Date.now();
  #sampledAt = 0;

  constructor(tools: SessionTools) {
    const { options, ends, publisher, writer } = tools;
    this.#tools = tools;
    this.#intake = new Intake({ ...options, endsOf: (topic) => ends.ends(topic) });
    this.#courier = new Courier(publisher, writer, options.channel ?? "the log");
  }

  /** Takes in what the reader has read. @returns false while the session is not ready for it */
  take(records: readonly KafkaMessage[], next: PartitionOffset): boolean {
    const ofState = next.topic === this.#tools.options.stateTopic;
    if (!ofState && !this.#working) return false;
    this.#intake.positions.set(next);
    if (ofState) {
      for (const { key, value } of records) this.#saved.add(key?.toString(), value?.toString());
      return true;
    }
    for (const value of this.#intake.take(next.topic, records, Date.now())) {
      this.#tools.status.tell(`skipped a record of ${next.topic}: ${value.slice(0, 200)}`);
    }
    return true;
  }

  /**
   * Works until the signal, then saves what is complete.
   *
   * @throws NotifierError when somebody has to change something first
   */
  async run(): Promise<void> {
    if (!(await this.#load())) return;
    const resumed = this.#courier.resume(this.#saved.message);
    this.#updateStatus();
    // Slack can be unreachable for long: the status file shows that, too.
    const updates = setInterval(() => this.#updateStatus(), STATUS_MS);
    try {
      if (await resumed) await this.#work();
    } finally {
      clearInterval(updates);
      this.#updateStatus();
    }
  }

  async #work(): Promise<void> {
    const { options, reader, status, signal } = this.#tools;
    const { monitor, outbox } = this.#intake;
    this.#working = true;
    reader.end(options.stateTopic);
    reader.begin(options.notificationsTopic);
    status.tell(
      `active: ${monitor.openAlerts} series over threshold, ${this.#courier.posted} messages so far`,
    );
    const begunAt = Date.now();
    let withAggregates = false;
    while (!signal.aborted) {
      // Alerts first. And aggregates that are far ahead would pile up undecided.
      if (!withAggregates && (this.#intake.notificationsUntil > 0 || Date.now() - begunAt >= WAIT_MS)) {
        reader.begin(options.aggregatesTopic);
        withAggregates = true;
      }
      await this.#step(Date.now());
      await pause(TICK_MS, signal);
    }
    if (outbox.isEmpty && !this.#unfinished) await this.#save(this.#intake.takeUnsaved(Date.now()));
  }

  /** @returns whether the state topic has been read; false if stopped before that */
  async #load(): Promise<boolean> {
    const { positions, monitor } = this.#intake;
    if (!(await readUpToNow(positions, this.#tools))) return false;
    const now = Date.now();
    monitor.restore(this.#saved.series.values(), now);
    if (this.#saved.message?.status === "sending") monitor.restore(this.#saved.message.states, now);
    this.#saved.series.clear();
    return true;
  }

  async #step(now: number): Promise<void> {
    const { outbox } = this.#intake;
    this.#intake.settle(now);
    if (now - this.#sampledAt >= SAMPLE_MS) {
      this.#sampledAt = now;
      // Not awaited: an answer that takes long must not hold messages up.
      void this.#intake.sampleProgress();
    }
    if (outbox.isEmpty) {
      if (now - this.#savedAt >= SAVE_MS) await this.#save(this.#intake.takeUnsaved(now));
    } else if (now >= Math.max(outbox.since + GATHER_MS, this.#postedAt + this.#tools.options.interval)) {
      await this.#post(now);
    }
  }

  async #post(now: number): Promise<void> {
    const { status } = this.#tools;
    const { changes, states, rest } = this.#intake.takePortion(REQUEST_SIZE, now);
    if (!(await this.#courier.send(changes, states, now))) {
      this.#unfinished = true;
      return;
    }
    this.#postedAt = Date.now();
    status.fine();
    status.tell(`posted ${changes.length === 1 ? "1 change" : `${changes.length} changes`}`);
    if (rest !== undefined) await this.#save(rest);
  }

  async #save(unsaved: Unsaved): Promise<void> {
    const { states, forgotten, offsets } = unsaved;
    await this.#tools.writer.write([...states.map(seriesRecord), ...forgotten.map(forgottenRecord)]);
    this.#savedAt = Date.now();
    try {
      await this.#tools.reader.commit(offsets);
      this.#intake.committed(unsaved);
      this.#tools.status.fine();
    } catch (error) {
      this.#tools.status.trouble(`Kafka does not accept offsets (${failureOf(error).reason}); trying again`);
    }
  }

  #updateStatus(): void {
    const { openAlerts } = this.#intake.monitor;
    this.#tools.status.update({ openAlerts, posted: this.#courier.posted });
  }
}
