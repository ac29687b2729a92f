import type { KafkaConnection } from "../../clients/kafka/client.ts";
import type { PostgresConnection } from "../../clients/postgres/connection.ts";

/** Where the services of a benchmark's stack are. */
export interface Cluster {
  readonly gatewayUrl: string;
  readonly kafka: KafkaConnection;
  readonly postgres: PostgresConnection;
}
