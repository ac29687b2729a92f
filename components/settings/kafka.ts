import { integer, port } from "./types.ts";

export const kafka = {
  "kafka.port": port(29092, "Port of the Kafka broker on this machine"),
  "kafka.partitions": integer({
    default: 3,
    description: "Partitions of each topic; may grow later",
    min: 1,
    max: 100,
  }),
  "kafka.replicationFactor": integer({
    default: 1,
    description: "Copies of each record, on as many brokers; Aiven requires at least 2",
    min: 1,
    max: 9,
  }),
  "kafka.minInsyncReplicas": integer({
    default: 1,
    description: "How many copies must be written before a record counts as written",
    min: 1,
    max: 9,
  }),
  "kafka.retentionHours": integer({
    default: 24,
    description: "How long topics keep records; the topic of alerts keeps them for at least 30 days",
    min: 1,
    max: 87600,
  }),
} as const;
