import type { KafkaConnection } from "../../clients/kafka/client.ts";
import type { Channel } from "./channel.ts";
import type { Silences } from "./silences.ts";
import type { Report } from "./status.ts";

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
