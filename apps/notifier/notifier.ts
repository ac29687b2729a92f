import type { KafkaConnection } from "../../clients/kafka/client.ts";
import { abortedAfter, pause } from "../../lib/timing.ts";
import { channelsOf } from "./channels.ts";
import { type Following, follow } from "./follower.ts";
import { NotifierError } from "./notifierError.ts";
import type { NotifierOptions } from "./options.ts";
import { Silences } from "./silences.ts";
import { StatusReport } from "./statusReport.ts";

/** One run of the notifier. */
export interface NotifierRun {
  readonly connection: KafkaConnection;
  readonly options: NotifierOptions;
  /** Receives a line of text when something happens. */
  readonly onReport?: (line: string) => void;
  /** Ends the run: a request that is on its way is waited for, and what is complete is committed. */
  readonly signal: AbortSignal;
}

const COMMIT_MS = 5_000;
/** How long a channel that refuses alerts is left alone, if another one works. */
const REFUSED_MS = 60_000;
const GAVE_UP =
  "Kafka did not accept the notifier's offsets in time; the next run continues where this one began";

/**
 * Tells the alerts to Slack, or the log, and to the webhook, until the signal is aborted. The channels are independent
 * of each other: each has a consumer group of its own.
 *
 * @throws NotifierError when all channels, or Kafka, refuse, for reasons that somebody has to fix
 */
export async function runNotifier(run: NotifierRun): Promise<void> {
  const { connection, options, onReport = () => {}, signal } = run;
  const { alertsTopic: topic, groupId, slackTimeout, webhook, statusFile } = options;
  const status = new StatusReport(statusFile, onReport);
  const silences = new Silences(
    options.silences,
    (reason) => status.trouble(reason),
    () => status.fine(),
  );
  const failed = new AbortController();
  const until = AbortSignal.any([signal, failed.signal]);
  const grace = Math.max(slackTimeout, webhook?.timeout ?? 0) + COMMIT_MS;
  const giveUp = abortedAfter(until, grace, new NotifierError(GAVE_UP));
  try {
    const channels = await channelsOf(options, status);
    const following = channels.map(({ channel, groupSuffix }): Following => {
      const report = status.channel(channel.name, channels.length > 1 ? `${channel.name}: ` : "");
      const shared = { connection, topic, silences, signal: until, giveUp };
      return { ...shared, channel, report, groupId: groupId + groupSuffix };
    });
    await Promise.all([silences.follow(until), ...supervised(following, failed)]);
  } finally {
    failed.abort();
    status.close();
  }
}

/** Follows with each channel. One that refuses tries again later, unless all do: then everything ends. */
function supervised(following: readonly Following[], failed: AbortController): Promise<void>[] {
  const refused = new Set<Following>();
  return following.map(async (each) => {
    for (;;) {
      try {
        return await follow(each);
      } catch (error) {
        refused.add(each);
        if (!(error instanceof NotifierError) || refused.size === following.length || each.signal.aborted) {
          failed.abort();
          throw error;
        }
        each.report.trouble(`${error.message} Trying again in ${REFUSED_MS / 1000} s.`);
        await pause(REFUSED_MS, each.signal);
        refused.delete(each);
      }
    }
  });
}
