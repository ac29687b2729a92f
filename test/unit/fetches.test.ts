import { expect, it } from "vitest";
import { deliveryOptions, readOptions } from "../../components/ddl.ts";
import { pipelineSql } from "../../components/pipelineSql.ts";
import { pipelineNames } from "../../components/pipelines.ts";
import { clusterConfig, directMegabytes } from "../../components/selfManaged/flinkCluster.ts";
import { SQL_VALUES } from "../support/sqlValues.ts";

// For each task that reads, the JVM keeps a direct buffer as large as its largest fetch.
it.each([
  [1, 128],
  [4, 224],
])("with parallelism %i, direct memory of %i MB holds a fetch of every source", (parallelism, megabytes) => {
  const size = { parallelism, heapMegabytes: 640, checkpointIntervalMs: 1000 };
  expect(directMegabytes(size)).toBe(megabytes);
  const { "taskmanager.memory.task.off-heap.size": forTasks } = clusterConfig(size, "/storage");
  expect(forTasks).toBe(`${16 * parallelism * 2}m`);
});

it.each(pipelineNames)(
  "no source of %s fetches more than 1 MiB at once, or keeps a part of it",
  (pipeline) => {
    const sources = pipelineSql(pipeline, SQL_VALUES).tables.filter(
      (ddl) => "scan.startup.mode" in readOptions(ddl),
    );
    expect(sources.length).toBeGreaterThan(0);
    for (const ddl of sources) {
      expect(deliveryOptions(ddl, "group")).toMatchObject({
        "properties.fetch.max.bytes": "1048576",
        "properties.max.partition.fetch.bytes": "262144",
        "properties.max.poll.records": "100000",
      });
    }
  },
);
