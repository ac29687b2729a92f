import { once } from "node:events";
import { kafkaClient } from "../../clients/kafka/client.ts";
import { pause, unlessAborted } from "../../lib/timing.ts";
import { MustBeFixed } from "../../lib/userError.ts";
import { failureOf } from "../shared/failures.ts";
import type { Following } from "./following.ts";
import { Reader } from "./reader.ts";
import { Session } from "./session.ts";
import { TopicAdmin } from "./topicAdmin.ts";

const RETRY_MS = 1_000;
const CLOSE_MS = 3_000;

/**
 * Posts the alerts to a channel, as a member of its own consumer group, until the signal is aborted.
 *
 * @throws MustBeFixed when Kafka refuses, for reasons that somebody has to fix
 */
export async function follow(following: Following): Promise<void> {
  const { connection, topic, groupId, report, signal } = following;
  const retry = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 3 };
  const kafka = kafkaClient(connection, "cpu-notifier", { retry, connectionTimeout: 10_000 });
  const admin = new TopicAdmin(kafka, topic);
  const failed = new AbortController();
  const onFailure = (reason: unknown) => failed.abort(reason);
  const end = AbortSignal.any([signal, failed.signal]);
  let turn = new AbortController();
  let current: Session | undefined;
  let work: Promise<void> = Promise.resolve();
  const reader: Reader = new Reader(kafka, following, {
    // Sessions run one at a time: each starts when the previous one has finished.
    onAssigned(all) {
      if (!all) report.tell(`another notifier of the group ${groupId} is active; standing by`);
      turn.abort();
      turn = new AbortController();
      const until = AbortSignal.any([end, turn.signal]);
      const session = all ? new Session({ ...following, signal: until }, reader, admin) : undefined;
      current = session;
      work = work.then(() => session?.run()).catch(onFailure);
    },
    onRead: (batch) => current?.take(batch) ?? false,
    onTrouble: (reason) => report.kafka.failed(reason),
    onFailure,
  });
  await topicExists(admin, following);
  if (signal.aborted) return;
  // Not awaited: joining the group can take long.
  reader.start().catch(onFailure);
  if (!end.aborted) await once(end, "abort");
  await work;
  await unlessAborted(reader.close(), AbortSignal.timeout(CLOSE_MS)).catch(() => {});
  failed.signal.throwIfAborted();
}

/** Waits for Kafka and the topic, or the signal. */
async function topicExists(
  admin: TopicAdmin,
  { connection, topic, report, signal }: Following,
): Promise<void> {
  for (; !signal.aborted; await pause(RETRY_MS, signal)) {
    try {
      if (await admin.exists()) return;
      // Kafka does not distinguish the two.
      report.kafka.failed(
        `waiting for the topic ${topic}: it does not exist, or we are not allowed to read it`,
      );
    } catch (error) {
      const { reason, refused } = failureOf(error, { connection, purpose: "list the topics" });
      if (refused) throw new MustBeFixed(reason);
      report.kafka.failed(`Kafka cannot be reached (${reason}); trying again`);
    }
  }
}
