import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectDirectory } from "../../components/local/folders.ts";
import {
  type PipelineName,
  pipelineNames,
  pipelineSql,
  pipelines,
  readSql,
  sourceTopic,
} from "../../components/pipelines.ts";
import { readOptions } from "../../components/selfHosted/tableOptions.ts";

const withoutComments = (sql: string) => sql.replaceAll(/--.*$/gm, "");
const filesOf = (folder: string) =>
  readdirSync(join(projectDirectory, "sql/flink", folder)).map((file) => file.replace(/\.sql$/, ""));

const nameOf = (ddl: string) => /\bCREATE TABLE (\w+) \(/.exec(withoutComments(ddl))?.[1] ?? "";

/** The tables that a statement writes and reads, in the order in which it names them. */
function tablesOf(statement: string): string[] {
  const names = withoutComments(statement).matchAll(/\b(?:INTO|FROM|JOIN|TABLE)\s+([a-z]\w*)\b(?!\s*\()/gi);
  return [...names].map(([, name = ""]) => name);
}

function sqlOf(pipeline: PipelineName) {
  const { tables, statement } = pipelineSql(pipelines[pipeline]);
  const options = new Map(tables.map((ddl) => [nameOf(ddl), readOptions(ddl)]));
  return { statement, options, names: tablesOf(statement) };
}

describe("the catalogue", () => {
  it("names every file of sql/flink, and none that is not there", () => {
    const all = Object.values(pipelines);
    expect(new Set(all.map(({ statement }) => statement))).toEqual(new Set(filesOf("pipelines")));
    expect(new Set(all.flatMap(({ tables }) => tables))).toEqual(new Set(filesOf("tables")));
  });

  it("has a topic of its own for each pipeline", () => {
    const topics = pipelineNames.map((name) => pipelines[name].topic);
    expect(new Set([...topics, sourceTopic]).size).toBe(pipelineNames.length + 1);
  });

  it("is not changed by reading it", () => {
    expect(pipelineSql(pipelines.filter).statement).toBe(readSql("flink/pipelines/filter.sql"));
    expect(pipelineSql(pipelines.filter).tables[0]).toBe(readSql("flink/tables/cpu_in.sql"));
  });
});

describe.each(pipelineNames)("the pipeline %s", (pipeline) => {
  const { statement, options, names } = sqlOf(pipeline);

  it("is exactly one INSERT", () => {
    const sql = withoutComments(statement).trim();
    expect(sql).toMatch(/^INSERT INTO \w+\s+SELECT /);
    expect(sql.match(/\bINSERT\b/gi)).toHaveLength(1);
    expect(sql).not.toContain(";");
  });

  it("creates the tables that its statement names, and no others", () => {
    expect(new Set(names)).toEqual(new Set(options.keys()));
    expect(options.size).toBe(pipelines[pipeline].tables.length);
  });

  it("writes to its topic of the catalogue", () => {
    const [sink = ""] = names;
    expect(options.get(sink)).toMatchObject({ connector: "kafka", topic: pipelines[pipeline].topic });
    expect(options.get(sink)).not.toHaveProperty(["scan.startup.mode"]);
  });

  it("reads the source topic where its group has got to, whatever is malformed and whichever partition is idle", () => {
    const sources = [...options.values()].filter((table) => "scan.startup.mode" in table);
    expect(sources).toEqual([
      {
        connector: "kafka",
        "properties.bootstrap.servers": "",
        topic: sourceTopic,
        "value.format": "json",
        "value.json.ignore-parse-errors": "true",
        "scan.startup.mode": "group-offsets",
        "properties.auto.offset.reset": "earliest",
        "scan.watermark.idle-timeout": "5 s",
      },
    ]);
  });

  it("leaves addresses and credentials to its host", () => {
    const given = [...options.values()].flatMap((table) => Object.entries(table));
    const addresses = given.filter(([key]) => /servers|url|user|password|security|sasl|ssl/.test(key));
    expect(new Set(addresses.map(([, value]) => value))).toEqual(
      new Set(
        [...options.values()].some(({ connector }) => connector === "jdbc")
          ? ["", "jdbc:postgresql://"]
          : [""],
      ),
    );
  });
});

it("the lookup of thresholds forgets a row after 5 seconds at the latest", () => {
  expect(readOptions(readSql("flink/tables/cpu_thresholds.sql"))).toMatchObject({
    connector: "jdbc",
    "table-name": "public.cpu_thresholds",
    "lookup.cache": "PARTIAL",
    "lookup.partial-cache.expire-after-write": "5 s",
  });
});
