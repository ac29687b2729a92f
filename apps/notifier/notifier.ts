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
  /** Ends the run: waits for a request in flight, and commits what is complete. */
  readonly signal: AbortSignal;
}

/**
 * Posts the alerts to Slack, or the log, and to the webhook, until the signal is aborted. The channels are independent:
 * each has its own consumer group, and retries for as long as it takes.
 *
 * @throws MustBeFixed when Slack does not accept the token, or Kafka refuses
 */
export async function runNotifier(run: NotifierRun): Promise<void> {
  const { connection, options, onReport = () => {}, signal } = run;
  const status = new StatusReport(options.statusFile, onReport);
  const silences = new Silences(options.silences, status.silences);
  const failed = new AbortController();
  const until = AbortSignal.any([signal, failed.signal]);
  const shared = { connection, topic: options.alertsTopic, silences, signal: until };
  try {
    const channels = await channelsOf(options, onReport);
    const following = [...channels].map(([groupId, channel]) => {
      const report = status.channel(channel.name, channels.size > 1 ? `${channel.name}: ` : "");
      return follow({ ...shared, channel, report, groupId });
    });
    await Promise.all([silences.follow(until), ...following]);
  } finally {
    failed.abort();
  }
}
