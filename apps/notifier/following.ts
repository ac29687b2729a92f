import type { KafkaConnection } from "../../clients/kafka/client.ts";
import type { Channel } from "./channel.ts";
import type { Silences } from "./silences.ts";
import type { Report } from "./status.ts";

/** Everything needed to post the alerts to a channel. */
export interface Following {
  readonly connection: KafkaConnection;
  readonly topic: string;
  readonly groupId: string;
  readonly channel: Channel;
  readonly silences: Silences;
  readonly report: Report;
  /** Ends it: waits for a request in flight, and commits what is complete. */
  readonly signal: AbortSignal;
}
