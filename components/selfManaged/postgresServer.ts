/** For everybody but Flink's tasks: this machine's commands, the page, the notifier, and users. */
const OTHERS = 45;
/** Four pipelines look thresholds up, and one writes to PostgreSQL: each of their tasks holds a connection. */
const PER_TASK = 5;
/** What a connection may take, in MB. */
const MEGABYTES = 8;

/** The connections that a PostgreSQL of ours allows, for a Flink with this many parallel tasks per pipeline. */
export const maxConnections = (parallelism: number) => OTHERS + PER_TASK * parallelism;

/** The memory that a container with this PostgreSQL may take, in MB. */
export const postgresMegabytes = (parallelism: number) => 256 + MEGABYTES * PER_TASK * (parallelism - 1);
