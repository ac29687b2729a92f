declare module "kafkajs/src/protocol/requests/fetch/v11/response.js" {
  import type { FetchedPartition } from "./abortedTransactions.ts";

  /** What kafkajs decodes fetch responses with; it looks up `decode` for each. */
  const response: {
    decode(data: Buffer): Promise<{ responses: { partitions: FetchedPartition[] }[] }>;
  };
  export default response;
}

declare module "kafkajs/src/network/requestQueue/index.js" {
  /** The requests of one connection: those sent, and those waiting because the broker asked for a pause. */
  export default class RequestQueue {
    constructor(options: Record<string, unknown>);
    readonly pending: readonly unknown[];
    push(request: {
      entry: { correlationId: number };
      expectResponse: boolean;
      sendRequest: () => void;
    }): void;
    maybeThrottle(ms: number): void;
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
  }
}

declare module "kafkajs/src/consumer/consumerGroup.js" {
  /** A consumer's membership of its group. */
  export default class ConsumerGroup {
    constructor(options: Record<string, unknown>);
    /** Null while it is not a member. */
    readonly memberId: string | null;
    /** When it last sent a heartbeat, epoch ms. */
    lastRequest: number;
    readonly groupId: string;
    readonly cluster: { findGroupCoordinator(group: { groupId: string }): Promise<unknown> };
    readonly coordinator: { leaveGroup(member: { groupId: string; memberId: string }): Promise<unknown> };
    heartbeat(options: { interval: number }): Promise<void>;
    fetch(nodeId: string): Promise<readonly unknown[]>;
  }
}

declare module "kafkajs/src/cluster/index.js" {
  import type { TopicOffsets } from "kafkajs";

  /** What a client knows of its cluster. */
  export default class Cluster {
    readonly brokerPool: {
      /** Asks one broker after the other; null if all have failed. */
      withBroker<T>(ask: (broker: unknown) => Promise<T>): Promise<T | null>;
    };
    refreshMetadata(): Promise<void>;
    /** @throws KafkaJSGroupCoordinatorNotFound, whatever the reason */
    findGroupCoordinatorMetadata(group: { groupId: string }): Promise<unknown>;
    fetchTopicsOffset(
      topics: readonly { topic: string; partitions: readonly { partition: number }[] }[],
    ): Promise<TopicOffsets[]>;
  }
}

declare module "kafkajs/src/broker/index.js" {
  /** A broker's connection. */
  export default class Broker {
    listOffsets(request: unknown): Promise<unknown>;
  }
}

declare module "kafkajs/src/protocol/error.js" {
  export function createErrorFromCode(code: number): Error;
}
