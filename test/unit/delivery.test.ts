import { describe, expect, it } from "vitest";
import { deliveryOptions, readOptions } from "../../components/ddl.ts";
import { atLeastOnce, mayRepeat } from "../../components/delivery.ts";
import { pipelineSql } from "../../components/pipelineSql.ts";
import { pipelineNames } from "../../components/pipelines.ts";
import { SQL_VALUES } from "../support/sqlValues.ts";

describe("delivery at least once", () => {
  it("applies to results in Kafka that no pipeline or notifier reads", () => {
    expect(pipelineNames.filter((name) => mayRepeat(name, pipelineNames))).toEqual([
      "filter",
      "notify",
      "trend",
      "quarantine",
      "late",
    ]);
  });

  it("depends on the pipelines of the stack", () => {
    expect(mayRepeat("thresholdFilter", ["thresholdFilter", "search"])).toBe(false);
    expect(mayRepeat("thresholdFilter", ["thresholdFilter"])).toBe(true);
  });

  it("changes the sink and how long a fetch of readings waits", () => {
    const sql = pipelineSql("filter", SQL_VALUES, { hasReadingFormat: true });
    const { tables, statement } = atLeastOnce(sql);
    expect(statement).toBe(sql.statement);
    expect(readOptions(tables[0] ?? "")).toEqual({
      ...readOptions(sql.tables[0] ?? ""),
      "properties.fetch.max.wait.ms": "25",
    });
    expect(readOptions(tables[1] ?? "")).toEqual({
      ...readOptions(sql.tables[1] ?? ""),
      "sink.delivery-guarantee": "at-least-once",
      "properties.linger.ms": "5",
      "properties.batch.size": "262144",
    });
  });

  it("discovers new partitions as fast as delivery exactly once", () => {
    const { tables } = pipelineSql("filter", SQL_VALUES);
    const hurried = atLeastOnce({ tables, statement: "" }).tables;
    for (const ddl of [...tables, ...hurried]) {
      expect(deliveryOptions(ddl, "a-group")).toHaveProperty(["properties.metadata.max.age.ms"], "10000");
    }
  });
});
