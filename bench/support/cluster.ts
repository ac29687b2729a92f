import type { KafkaConnection } from "../../clients/kafka/client.ts";
import type { PostgresConnection } from "../../clients/postgres/connection.ts";

/** The addresses of the services of a benchmark's stack. */
export interface Cluster {
  readonly gatewayUrl: string;
  readonly kafka: KafkaConnection;
  readonly postgres: PostgresConnection;
}
