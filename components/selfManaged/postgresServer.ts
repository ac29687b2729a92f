/** For everybody but Flink's tasks: this machine's commands, the page, the notifier, and users. */
const OTHERS = 45;
/** Four pipelines look thresholds up, and one writes to PostgreSQL: each of their tasks holds a connection. */
const PER_TASK = 5;
/** What a connection may take, in MB. */
const MEGABYTES = 8;

/**
 * Options of the server that are the same wherever it runs.
 *
 * @param parallelism of Flink's jobs, whose tasks connect to it
 */
export const postgresOptions = (parallelism: number) => ({
  max_connections: OTHERS + PER_TASK * parallelism,
  shared_buffers: "32MB",
  timezone: "UTC",
});

/** Options as arguments of `postgres`. */
export const optionArguments = (options: Readonly<Record<string, string | number>>): string[] =>
  Object.entries(options).flatMap(([key, value]) => ["-c", `${key}=${value}`]);

/** The memory that a container with this PostgreSQL may take, in MB. */
export const postgresMegabytes = (parallelism: number) => 256 + MEGABYTES * PER_TASK * (parallelism - 1);
