import { expect, it } from "vitest";
import { readOptions } from "../../components/ddl.ts";
import { pipelineSql } from "../../components/pipelineSql.ts";

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
