import type { KafkaConnection } from "../../clients/kafka/client.ts";
import { pause } from "../../lib/timing.ts";
import { Backlog, type KeyedMessage } from "./backlog.ts";
import { LabelFile } from "./labels.ts";
import type { GeneratorOptions } from "./options.ts";
import { type RunStart, readProgress, runStart } from "./progress.ts";
import { historyReadings, type Reading, readings, turnTime } from "./readings.ts";
import { REPORT_MS, Reporter } from "./report.ts";
import { reportingSender } from "./reportingSender.ts";
import { Saver } from "./saver.ts";
import type { Sender } from "./sender.ts";
import { allSeries } from "./series.ts";

const TICK_MS = 75;
const SAVE_MS = 1_000;
const WHAT_THEN =
  "; a run with the same progress file sends them again unless they are older than its backfill";

/** One run of the generator. */
export interface GeneratorRun {
  readonly connection: KafkaConnection;
  readonly options: GeneratorOptions;
  /** Receives a line of text every 5 s, one at the end, and one when Kafka accepts no messages. */
  readonly onReport?: (line: string) => void;
  /** Ends the run. Messages in flight are still delivered, for at most 5 s. */
  readonly signal: AbortSignal;
}

/** The totals of a run and of the earlier runs recorded in its progress file. */
export interface GeneratorResult {
  /** Messages that Kafka has acknowledged. */
  readonly sent: number;
  /** The newest acknowledged event time, epoch ms; 0 when there is none. */
  readonly newest: number;
}

/**
 * Sends readings to Kafka when they are due, and past ones at once, until the stretch defined by the options is
 * complete or the signal is aborted.
 *
 * @throws GeneratorOptionsError when the progress file is not valid
 * @throws DeliveryError when Kafka refuses the messages, or cannot be reached for 5 s after the signal
 */
export async function runGenerator(run: GeneratorRun): Promise<GeneratorResult> {
  const { connection, options, onReport = () => {}, signal } = run;
  const { progressFile } = options;
  const saved = progressFile === undefined ? undefined : readProgress(progressFile);
  const start = runStart(options, saved, Date.now());
  const backlog = new Backlog(readingsFrom(start));
  const saver = new Saver(labelFile(start, saved !== undefined), progressFile, onReport);
  const origin = start.options.start;
  let { sent, sentHistory, newest } = start;
  let savedAt = 0;

  function save(): void {
    if (sent === start.sent) return;
    savedAt = Date.now();
    saver.save({ sent, sentHistory, newest, updatedAt: savedAt, origin });
  }
  function acknowledge(messages: readonly KeyedMessage[]): void {
    sent += messages.length;
    sentHistory += messages.filter(({ occurredAt }) => occurredAt < origin).length;
    newest = messages.at(-1)?.occurredAt ?? newest;
    if (Date.now() - savedAt >= SAVE_MS) save();
  }

  const reporter = new Reporter(() => ({ sent, newest, nextAt: backlog.nextAt }), Date.now());
  const reports = setInterval(() => onReport(reporter.line(Date.now())), REPORT_MS);
  const { topic } = options;
  const sender = reportingSender({ connection, topic, onReport, signal, whatThen: WHAT_THEN });
  try {
    await sendAll(backlog, sender, signal, acknowledge);
    if (!signal.aborted && options.duration !== undefined) saver.complete(origin + options.duration);
  } finally {
    save();
    await sender.close();
    clearInterval(reports);
    onReport(reporter.finalLine(Date.now()));
  }
  return { sent, newest };
}

async function sendAll(
  backlog: Backlog,
  sender: Sender,
  signal: AbortSignal,
  acknowledge: (messages: readonly KeyedMessage[]) => void,
): Promise<void> {
  if (!(await sender.connect(signal))) return;
  while (!signal.aborted && backlog.nextAt !== undefined) {
    const takenAt = Date.now();
    const { messages, full } = backlog.take(takenAt);
    if (messages.length > 0) {
      await sender.send(messages);
      acknowledge(messages);
    }
    // A full batch means that more is already due.
    if (!full) await pause(takenAt + TICK_MS - Date.now(), signal);
  }
}

function labelFile({ options, firstTurn, historyFrom }: RunStart, append: boolean): LabelFile | undefined {
  if (options.labels === undefined) return undefined;
  const from = Math.min(historyFrom ?? Number.POSITIVE_INFINITY, turnTime(options, firstTurn));
  return new LabelFile(options.labels, allSeries(options), from, append);
}

/** The unsent part of the history, then the readings after it. */
function* readingsFrom({ options, firstTurn, historyFrom }: RunStart): Generator<Reading, void, undefined> {
  if (historyFrom !== undefined) yield* historyReadings(options, historyFrom);
  yield* readings(options, firstTurn);
}
