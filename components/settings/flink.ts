import { deliveries } from "../delivery.ts";
import { duration, integer, oneOf, port } from "./types.ts";

export const flink = {
  "flink.webPort": port(28081, "Port of Flink's web UI and REST API on this machine"),
  "flink.gatewayPort": port(28083, "Port of Flink's SQL Gateway on this machine"),
  "flink.parallelism": integer({
    default: 1,
    description: "Parallel tasks of each pipeline",
    min: 1,
    max: 16,
  }),
  "flink.taskManagerHeapMb": integer({
    default: 640,
    description:
      "Heap of a TaskManager on this machine or in containers, in MB: jobs keep in it what they remember of each CPU",
    min: 640,
    max: 262144,
  }),
  "flink.checkpointIntervalMs": integer({
    default: 1000,
    description:
      "Time between checkpoints in ms, on this machine or in containers; results become visible to readers at a checkpoint",
    min: 100,
    // Kafka aborts a transaction after 15 minutes: this leaves ten of them for an outage of Flink.
    max: 300000,
  }),
  "flink.delivery": oneOf({
    default: "exactly-once",
    description:
      "How results that no other part of the stack reads are delivered to Kafka: at-least-once makes them readable within milliseconds instead of at the next checkpoint, and may repeat some after a failure",
    of: deliveries,
  }),
  "flink.thresholdCache": duration({
    default: "5s",
    description:
      "How long a threshold that was looked up is used before it is looked up again: a change takes effect within this time, and tens of thousands of hosts need a longer one",
    atLeast: "1s",
    atMost: "1h",
  }),
} as const;
