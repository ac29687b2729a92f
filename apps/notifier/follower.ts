import { type KafkaConnection, kafkaClient } from "../../clients/kafka/client.ts";
import { pause, unlessAborted } from "../../lib/timing.ts";
import { MustBeFixed } from "../../lib/userError.ts";
import { failureOf } from "../shared/failures.ts";
import type { Channel } from "./channel.ts";
import { Reader } from "./reader.ts";
import { Session } from "./session.ts";
import type { Silences } from "./silences.ts";
import type { Report } from "./status.ts";
import { TopicAdmin } from "./topicAdmin.ts";

/** What tells a channel the alerts. */
export interface Following {
  readonly connection: KafkaConnection;
  readonly topic: string;
  readonly groupId: string;
  readonly channel: Channel;
  readonly silences: Silences;
  readonly report: Report;
  /** Ends it: a request that is on its way is waited for, and what is complete is committed. */
  readonly signal: AbortSignal;
}

const RETRY_MS = 1_000;
const CLOSE_MS = 3_000;

/**
 * Tells a channel the alerts, as a member of a consumer group of its own, until the signal is aborted.
 *
 * @throws MustBeFixed when the channel or Kafka refuse, for reasons that somebody has to fix
 */
export async function follow(following: Following): Promise<void> {
  const { connection, topic, groupId, report, signal } = following;
  const retry = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 3 };
  const kafka = kafkaClient(connection, "cpu-notifier", { retry, connectionTimeout: 10_000 });
  const admin = new TopicAdmin(kafka, topic);
  let current: Session | undefined;
  let end = new AbortController();
  let finished: Promise<void> = Promise.resolve();
  let fail: (reason: unknown) => void = () => {};
  const failure = new Promise<never>((_, reject) => {
    fail = reject;
  });
  // Handled below; it may come before.
  failure.catch(() => {});
  const reader: Reader = new Reader(
    kafka,
    { connection, groupId, topic },
    {
      // One session after the other: each begins its work when the one before has finished its own.
      onAssigned(all) {
        if (!all) report.tell(`another notifier of the group ${groupId} is active; standing by`);
        end.abort();
        end = new AbortController();
        const until = AbortSignal.any([signal, end.signal]);
        const session = all ? new Session({ ...following, reader, admin, signal: until }) : undefined;
        current = session;
        finished = finished.then(() => session?.run()).catch((reason) => fail(reason));
      },
      onRead: (batch) => current?.take(batch) ?? false,
      onTrouble: (reason) => report.trouble(reason),
      onFailure: (reason) => fail(reason),
    },
  );
  try {
    if (!(await topicExists(admin, following))) return;
    // Not awaited: joining the group can take long.
    reader.start().catch(fail);
    await unlessAborted(failure, signal).catch((reason) => {
      if (!signal.aborted) throw reason;
    });
    end.abort();
    await Promise.race([finished, failure]);
  } finally {
    end.abort();
    const closed = Promise.allSettled([reader.close(), admin.close()]);
    await unlessAborted(closed, AbortSignal.timeout(CLOSE_MS)).catch(() => {});
  }
}

/** Waits for Kafka and the topic. @returns false when the signal came first */
async function topicExists(
  admin: TopicAdmin,
  { connection, topic, report, signal }: Following,
): Promise<boolean> {
  for (; !signal.aborted; await pause(RETRY_MS, signal)) {
    try {
      if (await admin.exists()) return true;
      // Kafka does not distinguish the two.
      report.trouble(`waiting for the topic ${topic}: it is not there, or not for us to read`);
    } catch (error) {
      const { reason, refused } = failureOf(error, { connection, purpose: "list the topics" });
      if (refused) throw new MustBeFixed(reason);
      report.trouble(`Kafka cannot be reached (${reason}); trying again`);
    }
  }
  return false;
}
