import { serviceOf } from "./connectors.ts";
import { isSource, largeBatches, readOptions, withOptions } from "./ddl.ts";
import type { PipelineSql } from "./pipelineSql.ts";
import { notifierReads, outputOwner, type PipelineName, pipelineOf } from "./pipelines.ts";

/** How a pipeline delivers its results to Kafka. */
export type Delivery = "exactly-once" | "at-least-once";

export const deliveries: readonly Delivery[] = ["exactly-once", "at-least-once"];

/**
 * For a sink that does not wait for a checkpoint.
 * Source: https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/connectors/table/kafka/#sink-delivery-guarantee
 */
const AT_LEAST_ONCE = {
  "sink.delivery-guarantee": "at-least-once",
  "properties.linger.ms": "5",
  ...largeBatches,
};

const FETCH_WAIT = "properties.fetch.max.wait.ms";

/** For a source that otherwise waits for many readings, in ms. */
const HURRIED_FETCH_WAIT = { [FETCH_WAIT]: "25" };

/**
 * Whether a pipeline's results may be repeated after a failure: nothing in the stack counts them. Those that another
 * pipeline or the notifier reads, or that go back to the source, are always exact.
 */
export function mayRepeat(name: PipelineName, pipelines: readonly PipelineName[]): boolean {
  const owner = outputOwner(name);
  const output = pipelineOf(owner).output;
  const isRead =
    pipelines.some((other) => pipelineOf(other).reads === owner) || notifierReads.includes(owner);
  return output !== undefined && "topic" in output && !isRead;
}

/** The SQL whose results arrive within milliseconds, and may be repeated after a failure. */
export function atLeastOnce({ tables, statement }: PipelineSql): PipelineSql {
  const hurried = (ddl: string) => {
    if (serviceOf(ddl) !== "kafka") return ddl;
    if (!isSource(ddl)) return withOptions(ddl, AT_LEAST_ONCE);
    return FETCH_WAIT in readOptions(ddl) ? withOptions(ddl, HURRIED_FETCH_WAIT) : ddl;
  };
  return { tables: tables.map(hurried), statement };
}
