import { integer, oneOf, plan, port } from "./types.ts";

export const kafka = {
  "kafka.runsOn": oneOf({
    default: "local",
    description: "Who runs Kafka: local is this machine, docker a container",
    of: ["local", "docker", "aiven"],
  }),
  "kafka.port": port(29092, "Port of the Kafka broker on this machine"),
  "kafka.controllerPort": port(29093, "Port of the Kafka controller on this machine"),
  "kafka.plan": plan("startup-2", "Plan of Kafka on Aiven"),
  "kafka.authentication": oneOf({
    default: "sasl",
    description: "How clients authenticate to Kafka on Aiven: by password (sasl) or by certificate",
    of: ["sasl", "certificate"],
  }),
  "kafka.partitions": integer({
    default: 3,
    description: "Partitions of each topic; may grow later",
    min: 1,
    max: 100,
  }),
  "kafka.replicationFactor": integer({
    default: 1,
    description: "Copies of each record, on as many brokers; Aiven wants 2 at least",
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
    description: "How long topics keep records",
    min: 1,
    max: 87600,
  }),
} as const;
