import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { deliveryOptions, readOptions } from "../../components/ddl.ts";
import { atLeastOnce, mayRepeat } from "../../components/delivery.ts";
import { pipelineSql } from "../../components/pipelineSql.ts";
import { type PipelineName, pipelineNames, pipelineOf } from "../../components/pipelines.ts";
import { projectDirectory } from "../../lib/paths.ts";
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

  it("applies to what has no reader in the stack, as docs/how-it-works.md says", () => {
    const page = readFileSync(join(projectDirectory, "docs/how-it-works.md"), "utf8");
    const isDepending = (name: PipelineName) => mayRepeat(name, [name]) && !mayRepeat(name, pipelineNames);
    const depending = pipelineNames.filter(isDepending);
    expect(depending).toEqual(["aggregate", "thresholdFilter", "expect"]);
    for (const name of depending) {
      const readers = pipelineNames.filter((other) => pipelineOf(other).reads === name);
      const list = new Intl.ListFormat("en-GB").format(readers.map((reader) => `\`${reader}\``));
      expect(page).toMatch(new RegExp(`\`${name}\` \\((read )?by ${list}\\)`));
    }
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
