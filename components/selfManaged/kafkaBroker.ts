import { join } from "node:path";
import { ARRIVAL_TIME } from "../arrivalTime.ts";
import type { TopicArgs } from "../contract.ts";
import { retention } from "../retention.ts";
import type { ClusterSize } from "./flinkCluster.ts";
import { type JvmProgram, QUICK_START, smallHeap } from "./jvm.ts";

export type Properties = Readonly<Record<string, string>>;

/** Kafka's own spelling of a random UUID; for a single broker it may as well be fixed. */
const CLUSTER_ID = "c3RyZWFtaW5nLWFub21hbA";

/**
 * The properties of every single broker that is its own controller, apart from its addresses.
 * Source: https://kafka.apache.org/documentation/#brokerconfigs
 */
export const brokerProperties: Properties = {
  "process.roles": "broker,controller",
  "node.id": "1",
  "controller.listener.names": "CONTROLLER",
  "inter.broker.listener.name": "PLAINTEXT",
  "auto.create.topics.enable": "false",
  "offsets.topic.num.partitions": "1",
  "offsets.topic.replication.factor": "1",
  "transaction.state.log.num.partitions": "1",
  "transaction.state.log.replication.factor": "1",
  "transaction.state.log.min.isr": "1",
  "share.coordinator.state.topic.num.partitions": "1",
  "share.coordinator.state.topic.replication.factor": "1",
  "share.coordinator.state.topic.min.isr": "1",
  "group.initial.rebalance.delay.ms": "0",
  // A broker that is fenced while it runs skips the marks of transactions that end in this moment: readers of committed
  // records wait there forever. So no pause of the process may be long enough for that, nor any of the machine. Nobody
  // could take over anyway, and a broker that has died is fenced before it starts again: fenceBroker.sh.
  "broker.session.timeout.ms": "600000",
  "broker.heartbeat.interval.ms": "500",
  "num.network.threads": "2",
  "num.io.threads": "4",
  "log.segment.bytes": "67108864",
  // Flink's exactly-once sink takes a new transactional id of 1.4 KB with each checkpoint, which comes to 5 MB per hour
  // for a checkpoint every second. So used ids are forgotten after an hour; `up` starts a job that was away for longer
  // without them.
  "transactional.id.expiration.ms": "3600000",
  "producer.id.expiration.ms": "3600000",
  // The default of 128 MB does not fit the small heap.
  "log.cleaner.dedupe.buffer.size": "4194304",
};

/** Properties that a controller alone may not have. */
const BROKER_ONLY: readonly string[] = ["advertised.listeners", "inter.broker.listener.name"];

/**
 * The properties of a broker's controller alone, which fences the broker after it has died: fenceBroker.sh.
 *
 * @param listener the controller's address
 */
export const controllerAlone = (broker: Properties, listener: string): Properties => ({
  ...Object.fromEntries(Object.entries(broker).filter(([key]) => !BROKER_ONLY.includes(key))),
  "process.roles": "controller",
  listeners: listener,
  "broker.session.timeout.ms": "100",
  "broker.heartbeat.interval.ms": "50",
});

/** The content of a properties file. */
export const propertiesFile = (properties: Properties) =>
  Object.entries(properties)
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");

/** What a broker's tools need at most, in MB, and the broker without the ids of transactions. */
const HEAP = 192;
/** The ids with a task per job and a checkpoint per second: 1.4 KB for each, forgotten after one to two hours. */
const IDS = 62;
/** A small change of the pace does not restart the broker. */
const STEP = 128;

/** What the number of transactions depends on. */
export type TransactionPace = Pick<ClusterSize, "parallelism" | "checkpointIntervalMs">;

/** The maximum heap of the broker to which the jobs of a Flink of this size write, in MB; 256 by default. */
export const brokerHeap = ({ parallelism, checkpointIntervalMs }: TransactionPace) =>
  STEP * Math.ceil((HEAP + (IDS * parallelism * 1_000) / checkpointIntervalMs) / STEP);

const program = (mainClass: string, megabytes: number, args: readonly string[]): JvmProgram => ({
  mainClass,
  heap: smallHeap(megabytes),
  options: [QUICK_START],
  arguments: args,
});

const tool = (mainClass: string, ...args: readonly string[]) => program(mainClass, HEAP, args);

/** What a broker's host runs, in the folder that has its properties as server.properties and controller.properties. */
export const kafkaPrograms = (pace: TransactionPace) => ({
  /** Writes the identity of the broker's data folder; without it, the broker does not start. */
  formatData: tool("kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", "server.properties"),
  broker: program("kafka.Kafka", brokerHeap(pace), ["server.properties"]),
  controllerAlone: tool("kafka.Kafka", "controller.properties"),
});

/** The script that is to run before each start of the broker. */
export const fenceScript = join(import.meta.dirname, "fenceBroker.sh");

/** What all topics have in common. */
export interface TopicDefaults {
  readonly partitions: number;
  readonly retentionHours: number;
}

/** A topic of a single broker that we run, without the connection. */
export function topicInputs({ partitions, retentionHours }: TopicDefaults, args: TopicArgs) {
  return {
    topic: args.topic,
    partitions,
    replicationFactor: 1,
    config: {
      ...retention(retentionHours, args),
      ...ARRIVAL_TIME,
      ...args.config,
    },
  };
}
