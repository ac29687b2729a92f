import { expect, it } from "vitest";
import { deliveryOptions, readOptions } from "../../components/ddl.ts";
import { pipelineSql } from "../../components/pipelineSql.ts";
import { pipelineNames } from "../../components/pipelines.ts";
import { clusterConfig, directMegabytes } from "../../components/selfManaged/flinkCluster.ts";
import { SQL_VALUES } from "../support/sqlValues.ts";

const shareOf = (partitions: number) => {
  const [ddl = ""] = pipelineSql("filter", { "kafka.partitions": partitions }).tables;
  return readOptions(ddl)["properties.max.partition.fetch.bytes"];
};

it.each([
  [1, "4194304"],
  [8, "4194304"],
  [9, "3728270"],
  [100, "335544"],
])("a backlog of %i partitions takes no more than 32 MiB of a job's heap", (partitions, bytes) => {
  expect(shareOf(partitions)).toBe(bytes);
});

// The JVM keeps a direct buffer of the largest fetch for each task that reads.
it.each([
  [1, 192],
  [4, 384],
])("with parallelism %i, direct memory of %i MB holds a fetch of every source", (parallelism, megabytes) => {
  const size = { parallelism, heapMegabytes: 640, checkpointIntervalMs: 1000 };
  expect(directMegabytes(size)).toBe(megabytes);
  const { "taskmanager.memory.task.off-heap.size": forTasks } = clusterConfig(size, "/storage");
  expect(forTasks).toBe(`${16 * parallelism * 4}m`);
});

it.each(pipelineNames)("no source of %s fetches more than 4 MiB at once", (pipeline) => {
  const sources = pipelineSql(pipeline, SQL_VALUES).tables.filter(
    (ddl) => "scan.startup.mode" in readOptions(ddl),
  );
  expect(sources.length).toBeGreaterThan(0);
  for (const ddl of sources)
    expect(deliveryOptions(ddl, "group")["properties.fetch.max.bytes"]).toBe("4194304");
});
