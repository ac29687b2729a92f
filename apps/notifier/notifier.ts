import { type KafkaConnection, kafkaClient } from "../../clients/kafka/client.ts";
import { abortedAfter, pause, unlessAborted } from "../../lib/timing.ts";
import { failureOf } from "../shared/failures.ts";
import { NotifierError } from "./notifierError.ts";
import type { NotifierOptions } from "./options.ts";
import { choosePublisher } from "./publishers.ts";
import { Reader } from "./reader.ts";
import { Session } from "./session.ts";
import { Sessions } from "./sessions.ts";
import { StateWriter } from "./stateWriter.ts";
import { removeStatus } from "./statusFile.ts";
import { StatusReport } from "./statusReport.ts";
import { TopicEnds } from "./topicEnds.ts";

/** One run of the notifier. */
export interface NotifierRun {
  readonly connection: KafkaConnection;
  readonly options: NotifierOptions;
  /** Receives a line of text when something happens. */
  readonly onReport?: (line: string) => void;
  /** Ends the run: a request to Slack that is on its way is waited for, and what is complete is committed. */
  readonly signal: AbortSignal;
}

const RETRY_MS = 1_000;
const SAVE_MS = 5_000;
const CLOSE_MS = 3_000;
const GAVE_UP =
  "Kafka did not accept the notifier's state in time; the next run continues where this one began";

/**
 * Posts to Slack when a (host, cpu) goes over its threshold, stays over it or is back under it, until the
 * signal is aborted.
 *
 * @throws NotifierError when Slack or Kafka refuse, for reasons that somebody has to fix
 */
export async function runNotifier(run: NotifierRun): Promise<void> {
  const { connection, options, onReport = () => {}, signal } = run;
  const { groupId, notificationsTopic, aggregatesTopic, stateTopic, slackTimeout, statusFile } = options;
  if (statusFile !== undefined) removeStatus(statusFile);
  const status = new StatusReport(statusFile, onReport);
  const trouble = (reason: string) => status.trouble(reason);
  const publisherUntil = await choosePublisher(options, status);

  const retry = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 3 };
  const kafka = kafkaClient(connection, "cpu-notifier", { retry, connectionTimeout: 10_000 });
  const giveUp = abortedAfter(signal, slackTimeout + SAVE_MS, new NotifierError(GAVE_UP));
  const ends = new TopicEnds(kafka, groupId);
  const writer = new StateWriter(kafka, connection, stateTopic, giveUp, trouble);
  const sessions = new Sessions();
  const topics = [notificationsTopic, aggregatesTopic];
  const reader: Reader = new Reader(
    kafka,
    { connection, groupId, topics, stateTopic },
    {
      onAssigned(all) {
        if (!all) status.tell(`another notifier of the group ${groupId} is active; standing by`);
        sessions.next((end) => {
          const until = AbortSignal.any([signal, end]);
          const tools = {
            options,
            reader,
            ends,
            writer,
            publisher: publisherUntil(until),
            status,
            signal: until,
          };
          return all ? new Session(tools) : undefined;
        });
      },
      onRead: (records, next) => sessions.take(records, next),
      onTrouble: trouble,
      onFailure: sessions.fail,
    },
  );
  try {
    if (!(await topicsExist([...topics, stateTopic], ends, connection, trouble, signal))) return;
    // Not awaited: joining the group can take long.
    reader.start().catch(sessions.fail);
    await unlessAborted(sessions.failure, signal).catch((reason) => {
      if (!signal.aborted) throw reason;
    });
    await Promise.race([unlessAborted(sessions.end(), giveUp), sessions.failure]);
  } finally {
    const closed = Promise.allSettled([reader.close(), writer.close(), ends.close()]);
    await unlessAborted(closed, AbortSignal.timeout(CLOSE_MS)).catch(() => {});
  }
}

/** Waits for Kafka and the topics. @returns false when `signal` came first */
async function topicsExist(
  topics: readonly string[],
  ends: TopicEnds,
  connection: KafkaConnection,
  onTrouble: (reason: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    try {
      const missing = await ends.missing(topics);
      if (missing.length === 0) return true;
      // Kafka does not distinguish the two.
      onTrouble(`waiting for the topics ${missing.join(", ")}: none there, or not for us to read`);
    } catch (error) {
      const { reason, refused } = failureOf(error, { connection, purpose: "list the topics" });
      if (refused) throw new NotifierError(reason);
      onTrouble(`Kafka cannot be reached (${reason}); trying again`);
    }
    await pause(RETRY_MS, signal);
  }
  return false;
}
