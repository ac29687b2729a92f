import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readOptions } from "../../components/ddl.ts";
import { pipelineSql, readSql, textTables } from "../../components/pipelineSql.ts";
import {
  alertRules,
  outputOwner,
  type PipelineName,
  pipelineNames,
  pipelineOf,
  pipelines,
  sourceTopic,
} from "../../components/pipelines.ts";
import { projectDirectory } from "../../lib/paths.ts";
import { SQL_VALUES } from "../support/sqlValues.ts";

const withoutComments = (sql: string) => sql.replaceAll(/--.*$/gm, "");
const filesOf = (folder: string) =>
  readdirSync(join(projectDirectory, "sql/flink", folder)).map((file) => file.replace(/\.sql$/, ""));

const nameOf = (ddl: string) => /\bCREATE TABLE (\w+) \(/.exec(withoutComments(ddl))?.[1] ?? "";

/** The tables that a statement writes and reads, in order of appearance; names it defines itself are in lower case. */
function tablesOf(statement: string): string[] {
  const names = withoutComments(statement).matchAll(/\b(?:INTO|FROM|JOIN|TABLE)\s+([A-Z]\w*)\b(?!\s*\()/g);
  return [...names].map(([, name = ""]) => name);
}

function sqlOf(pipeline: PipelineName, hasReadingFormat = true) {
  const { tables, statement } = pipelineSql(pipeline, SQL_VALUES, { hasReadingFormat });
  const options = new Map(tables.map((ddl) => [nameOf(ddl), readOptions(ddl)]));
  return { statement, options, names: tablesOf(statement) };
}

describe("the catalogue", () => {
  it("names every file of sql/flink, and only existing ones", () => {
    const all = Object.values(pipelines);
    // Slack's connector is not in the catalogue: it has no results of its own.
    expect(new Set([...pipelineNames, "slack"])).toEqual(new Set(filesOf("pipelines")));
    const tables = [...all.flatMap(({ tables }) => tables), ...Object.values(textTables), "cpu_alerts_in"];
    expect(new Set(tables)).toEqual(new Set(filesOf("tables")));
  });

  it("has its own output for each pipeline except the heartbeat and additional rules of the alerts", () => {
    const shared = pipelineNames.filter((name) => outputOwner(name) !== name);
    expect(shared.map((name) => [name, outputOwner(name)])).toEqual([
      ["silent", "alerts"],
      ["learned", "alerts"],
    ]);
    const places = pipelineNames.map((name) => Object.values(pipelineOf(name).output ?? {})[0]);
    expect(places.indexOf(undefined)).toBe(pipelineNames.indexOf("heartbeat"));
    expect(new Set([...places, sourceTopic]).size).toBe(pipelineNames.length + 1 - shared.length);
  });

  it("has a pipeline for each rule of the alerts", () => {
    const rules = pipelineNames.flatMap((name) => pipelineOf(name).rule ?? []);
    expect(rules).toEqual(alertRules);
  });

  it("is not changed by reading it", () => {
    expect(pipelineSql("filter", {}).statement).toBe(readSql("flink/pipelines/filter.sql"));
    expect(pipelineSql("filter", {}).tables[0]).toBe(readSql("flink/tables/cpu_in.sql"));
  });
});

const cases = pipelineNames.flatMap((pipeline) => [
  { pipeline, hasReadingFormat: true, where: "with the format reading" },
  { pipeline, hasReadingFormat: false, where: "without it" },
]);

describe.each(cases)("the pipeline $pipeline $where", ({ pipeline, hasReadingFormat }) => {
  const { statement, options, names } = sqlOf(pipeline, hasReadingFormat);

  it("is exactly one INSERT", () => {
    const sql = withoutComments(statement).trim();
    expect(sql).toMatch(/^INSERT INTO \w+\s+(SELECT|WITH)\s/);
    expect(sql.match(/\bINSERT\b/gi)).toHaveLength(1);
    expect(sql).not.toContain(";");
  });

  it("creates the tables that its statement names, and no others", () => {
    expect(new Set(names)).toEqual(new Set(options.keys()));
    expect(options.size).toBe(pipelines[pipeline].tables.length);
  });

  it("writes to its output in the catalogue", () => {
    const [sink = ""] = names;
    const { output = { topic: sourceTopic } } = pipelineOf(pipeline);
    const expected =
      "topic" in output
        ? { connector: "kafka", topic: output.topic }
        : "table" in output
          ? { connector: "jdbc", "table-name": `public.${output.table}` }
          : { connector: "elasticsearch-7", index: output.index };
    expect(options.get(sink)).toMatchObject(expected);
    expect(options.get(sink)).not.toHaveProperty(["scan.startup.mode"]);
  });

  it("reads one topic from its group's offsets, and only committed records of it", () => {
    const { reads } = pipelineOf(pipeline);
    const output = reads === undefined ? undefined : pipelineOf(reads as PipelineName).output;
    const sources = [...options.values()].filter((table) => "scan.startup.mode" in table);
    expect(sources).toEqual([
      {
        connector: "kafka",
        "properties.bootstrap.servers": "",
        "scan.startup.mode": "group-offsets",
        "properties.auto.offset.reset": "earliest",
        "scan.topic-partition-discovery.interval": "2 s",
        "properties.isolation.level": "read_committed",
        ...(output && "topic" in output
          ? {
              topic: output.topic,
              "value.format": "json",
              ...(statement.includes("CPU_AGG_TIMED") && {
                "scan.watermark.idle-timeout": "1 min",
              }),
            }
          : {
              topic: sourceTopic,
              "value.format": hasReadingFormat ? "reading" : "raw",
              ...(hasReadingFormat && pipeline === "quarantine" && { "value.reading.keep-invalid": "true" }),
              "scan.watermark.idle-timeout": "30 s",
              "properties.fetch.max.wait.ms": "250",
              "properties.fetch.min.bytes": "131072",
            }),
      },
    ]);
  });

  it("leaves addresses and credentials to its host", () => {
    const given = [...options.values()].flatMap((table) => Object.entries(table));
    const addresses = given.filter(([key]) => /servers|hosts|url|user|password|security|sasl|ssl/.test(key));
    const empty: readonly string[] = ["", "jdbc:postgresql://"];
    expect(addresses.filter(([, value]) => !empty.includes(value))).toEqual([]);
    expect(addresses.length).toBeGreaterThan(0);
  });
});

describe("a setting in SQL", () => {
  const pipeline = "trend";

  it("is replaced by its value", () => {
    expect(pipelineSql(pipeline, { "trend.windows": 4 }).statement).toContain("LAG(usage_avg, 3)");
  });

  it("that does not exist or is not a number causes an error that names the file and the setting", () => {
    for (const values of [{}, { "trend.windows": "3} OR 1" }]) {
      expect(() => pipelineSql(pipeline, values)).toThrow(
        // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the SQL
        "sql/flink/pipelines/trend.sql has ${trend.windows - 1}, but there is no setting trend.windows with a number",
      );
    }
  });
});

it("the threshold lookup caches a row for as long as a setting says, and rows of 1,000,000 hosts", () => {
  const { tables } = pipelineSql("notify", { "flink.thresholdCache": "1m" });
  expect(readOptions(tables[1] ?? "")).toMatchObject({
    connector: "jdbc",
    "table-name":
      "(SELECT hostname, CAST(CAST(allowed_top AS NUMERIC) AS DOUBLE PRECISION) AS allowed_top FROM public.cpu_thresholds) AS thresholds",
    "lookup.cache": "PARTIAL",
    "lookup.partial-cache.expire-after-write": "60 s",
    "lookup.partial-cache.max-rows": "1000000",
  });
});
