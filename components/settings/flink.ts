import { deliveries } from "../delivery.ts";
import { integer, oneOf, port } from "./types.ts";

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
      "Heap of a TaskManager on this machine, in MB: jobs keep in it what they remember of each CPU",
    min: 640,
    max: 262144,
  }),
  "flink.checkpointIntervalMs": integer({
    default: 1000,
    description:
      "Time between checkpoints in ms on this machine; results become visible to readers at a checkpoint",
    min: 100,
    max: 600000,
  }),
  "flink.delivery": oneOf({
    default: "exactly-once",
    description:
      "How results that no other part of the stack reads come to Kafka: at-least-once makes them readable within milliseconds instead of at the next checkpoint, and may repeat some after a failure",
    of: deliveries,
  }),
} as const;
