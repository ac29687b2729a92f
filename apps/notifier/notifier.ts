import type { KafkaConnection } from "../../clients/kafka/client.ts";
import { channelsOf } from "./channels.ts";
import { follow } from "./follower.ts";
import type { NotifierOptions } from "./options.ts";
import { Silences } from "./silences.ts";
import { StatusReport } from "./status.ts";

/** One run of the notifier. */
export interface NotifierRun {
  readonly connection: KafkaConnection;
  readonly options: NotifierOptions;
  /** Receives a line of text when something happens. */
  readonly onReport?: (line: string) => void;
  /** Ends the run: a request that is on its way is waited for, and what is complete is committed. */
  readonly signal: AbortSignal;
}

/**
 * Tells the alerts to Slack, or the log, and to the webhook, until the signal is aborted. The channels are independent
 * of each other: each has a consumer group of its own, and tries for as long as it takes.
 *
 * @throws MustBeFixed when Slack does not accept the token, or Kafka refuses, for reasons that somebody has to fix
 */
export async function runNotifier(run: NotifierRun): Promise<void> {
  const { connection, options, onReport = () => {}, signal } = run;
  const { alertsTopic: topic, groupId, statusFile } = options;
  const status = new StatusReport(statusFile, onReport);
  const silences = new Silences(options.silences, status.shared);
  const failed = new AbortController();
  const until = AbortSignal.any([signal, failed.signal]);
  try {
    const channels = await channelsOf(options, onReport);
    const following = channels.map(({ channel, groupSuffix }) => {
      const report = status.channel(channel.name, channels.length > 1 ? `${channel.name}: ` : "");
      const shared = { connection, topic, silences, signal: until };
      return follow({ ...shared, channel, report, groupId: groupId + groupSuffix });
    });
    await Promise.all([silences.follow(until), ...following]);
  } finally {
    failed.abort();
  }
}
