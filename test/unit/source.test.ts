import { describe, expect, it } from "vitest";
import { readOptions } from "../../components/ddl.ts";
import { pipelineSql } from "../../components/pipelineSql.ts";
import { pipelineNames, sourceTopic } from "../../components/pipelines.ts";
import { readSettings, SettingsError } from "../../components/settings.ts";
import { withMaxDelay } from "../../components/source/maxDelay.ts";
import { readingOptions, type SourceFormat, tutorialFormat } from "../../components/source/sourceFormat.ts";
import { SQL_VALUES } from "../support/sqlValues.ts";
import { ON_AIVEN, settingsOf } from "./aiven/settings.ts";
import { EXTERNAL } from "./external/settings.ts";

const NAME = "streaming-anomaly-detection";

function problemsOf(settings: Record<string, unknown>): readonly string[] {
  const given = { "generator.enabled": false, ...settings };
  const config = Object.entries(given).map(([key, value]) => [`${NAME}:${key}`, String(value)]);
  try {
    readSettings(Object.fromEntries(config), NAME);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe("the settings of the source", () => {
  it.each(["load", "tags.host", "cpus[0].load", "@timestamp", "a-b/c:d.x_1[12]", "a[10][9999]"])(
    "accept the path %s",
    (path) => {
      expect(problemsOf({ "source.usage": path })).toEqual([]);
    },
  );

  it.each([
    ...["", ".a", "a.", "a..b", "a.[0]", "a[x]", "a[0", "a b", "a'b", 'a"b'],
    ...["a[00]", "a[01].b", "a[10000]"],
  ])("refuse the path %j", (path) => {
    expect(problemsOf({ "source.usage": path })).toEqual([
      `source.usage is ${JSON.stringify(path)}; allowed is names of letters, digits, _, -, @, : and /, with dots between them, or with [0] for an element of a list`,
    ]);
  });

  it("refuse a field in the same place as another, or within it", () => {
    expect(problemsOf({ "source.hostname": "host", "source.cpu": "host" })).toEqual([
      "source.cpu is host, which is in source.hostname (host): each field needs a place of its own",
    ]);
    expect(problemsOf({ "source.hostname": "tags.host", "source.cpu": "tags" })).toEqual([
      "source.hostname is tags.host, which is in source.cpu (tags): each field needs a place of its own",
    ]);
  });

  it("refuse the generator if it would write other messages", () => {
    expect(problemsOf({ "source.timeUnit": "seconds", "generator.enabled": true })).toEqual([
      "generator.enabled is true, but source.timeUnit is seconds, and the generator writes the tutorial's messages: set generator.enabled to false",
    ]);
  });

  it.each(["a b", "ä", ".", "..", "", "x".repeat(200)])("refuse the topic %j", (topic) => {
    expect(problemsOf({ "source.topic": topic })).toEqual([
      `source.topic is ${JSON.stringify(topic)}; allowed is the name of a topic: 1 to 199 letters, digits, ".", "_" and "-"`,
    ]);
  });

  it("refuse a topic that the stack writes to", () => {
    for (const topic of ["cpu_agg_stats", "cpu_alerts"]) {
      expect(problemsOf({ "source.topic": topic })).toEqual([
        `source.topic is ${topic}, the name of a topic that the stack writes its own results to: set another`,
      ]);
    }
  });

  it.each([
    ["cpu.alerts", "cpu_alerts"],
    ["cpu_load.stats_real.filter", "cpu_load_stats_real_filter"],
  ])("refuse the topic %s, which Kafka takes for %s", (topic, own) => {
    expect(problemsOf({ "source.topic": topic })).toEqual([
      `source.topic is ${topic}, which Kafka does not accept beside ${own}, a topic that the stack writes its own results to, because they differ only in dots and _: set another`,
    ]);
  });

  it("accept a topic with dots that is no other's name", () => {
    expect(problemsOf({ "source.topic": "cpu.load" })).toEqual([]);
  });

  it("refuse an existing topic in a Kafka that the stack creates", () => {
    expect(problemsOf({ "source.existing": true })).toEqual([
      "source.existing is true, but kafka.runsOn is local, a Kafka that holds nothing but the stack's topics: leave it out",
    ]);
  });

  it("refuse a generator that would write to another owner's topic", () => {
    expect(problemsOf({ ...EXTERNAL, "source.existing": true, "generator.enabled": true })).toEqual([
      "generator.enabled is true, but source.existing is true, and made-up readings do not belong in a topic that others write: leave generator.enabled out",
    ]);
  });

  it("let nothing be written to another owner's topic unless they name what writes it", () => {
    const settings = settingsOf({ ...EXTERNAL, "source.existing": true });
    expect(settings["generator.enabled"]).toBe(false);
    expect(settings.pipelines).not.toContain("heartbeat");
    expect(settings.pipelines).toHaveLength(pipelineNames.length - 1);
    const named = settingsOf({ ...EXTERNAL, "source.existing": true, pipelines: ["all", "heartbeat"] });
    expect(named.pipelines).toEqual(pipelineNames);
  });

  it("suit a Flink without the format reading", () => {
    const gateway = {
      "flink.runsOn": "gateway",
      "flink.gatewayUrl": "http://a:1",
      "flink.webUrl": "http://a:2",
    };
    const forms = { "source.usageForm": "idle", "source.timeUnit": "iso_8601", "source.cpu": "cpus[0].@id" };
    expect(problemsOf({ ...gateway, ...forms })).toEqual([]);
    expect(() => settingsOf({ ...ON_AIVEN, ...forms })).not.toThrow();
  });
});

describe("the table of the source", () => {
  const optionsOf = (format: typeof tutorialFormat) =>
    pipelineNames.flatMap((name) =>
      pipelineSql(name, SQL_VALUES, { format })
        .tables.map(readOptions)
        .filter((options) => options.topic === sourceTopic && "scan.startup.mode" in options),
    );

  it("has no options about the tutorial's message", () => {
    expect(readingOptions(tutorialFormat)).toEqual({});
    const names = optionsOf(tutorialFormat).flatMap((options) => Object.keys(options));
    // Only the quarantine has it.
    expect(names.filter((name) => name.startsWith("value.reading."))).toEqual(["value.reading.keep-invalid"]);
    expect(readOptions(pipelineSql("quarantine", SQL_VALUES).tables[0] ?? "")).toMatchObject({
      "value.reading.keep-invalid": "true",
    });
  });

  it("passes the settings to the format", () => {
    const format = {
      ...tutorialFormat,
      "source.hostname": "tags.host",
      "source.timeUnit": "seconds",
    } as const;
    const tables = optionsOf(format);
    expect(tables.length).toBeGreaterThan(0);
    for (const table of tables) {
      expect(table).toMatchObject({
        "value.reading.hostname-path": "tags.host",
        "value.reading.time-unit": "seconds",
      });
    }
  });

  const textOf = (format: SourceFormat) =>
    pipelineSql("filter", SQL_VALUES, { hasReadingFormat: false, format }).tables[0] ?? "";

  it("is written in SQL for a Flink without the format reading", () => {
    const sql = textOf({
      ...tutorialFormat,
      "source.cpu": "cores[1].cpu-id",
      "source.time": "@timestamp",
      "source.usageForm": "idle",
      "source.timeUnit": "seconds",
    });
    expect(sql).toContain("cpu AS JSON_VALUE(message, '$.cores[1][''cpu-id'']')");
    expect(sql).toContain("LEAST(100, 100 - TRY_CAST(JSON_VALUE(message, '$.usage') AS DOUBLE))");
    expect(sql).toContain("'$.reading[''@timestamp'']' WITH ARRAY WRAPPER");
    expect(sql).toContain("THEN '@timestamp is not in seconds since 1970 (10 digits)'");
    expect(sql).not.toMatch(/\$\{/);
  });

  it.each([
    ["the tutorial's messages", true, tutorialFormat],
    ["the tutorial's messages, in SQL", false, tutorialFormat],
    ["other messages, in SQL", false, { ...tutorialFormat, "source.timeUnit": "iso_8601" }],
  ] as const)("can limit how far a wrong clock holds back event time: %s", (_, hasReadingFormat, format) => {
    const watermarkOf = (maxDelay: string) => {
      const values = { ...SQL_VALUES, "source.maxDelay": maxDelay };
      const [ddl = ""] = pipelineSql("filter", values, { hasReadingFormat, format }).tables;
      return /WATERMARK FOR time_ltz AS ([^;]*?)\n\) WITH/.exec(ddl)?.[1]?.replaceAll(/\s+/g, " ");
    };
    const time =
      "LEAST( CASE WHEN heartbeat IS NULL THEN time_ltz ELSE TO_TIMESTAMP_LTZ(heartbeat, 3) END, kafka_time)";
    const limit = "TIMESTAMPADD(SECOND, -300, kafka_time)";
    expect(watermarkOf("")).toBe(`${time} - INTERVAL '10' SECOND`);
    expect(watermarkOf("5m")).toBe(`GREATEST(COALESCE(${time}, ${limit}), ${limit}) - INTERVAL '10' SECOND`);
  });

  it("can limit it with any interval in the watermark", () => {
    const table = (watermark: string) =>
      `CREATE TABLE CPU_IN (\n  WATERMARK FOR ${watermark}\n) WITH ('a' = 'b')`;
    const limit = "TIMESTAMPADD(SECOND, -300, kafka_time)";
    const limited = `time_ltz AS GREATEST(COALESCE(time_ltz, ${limit}), ${limit})`;
    for (const interval of [
      "- INTERVAL '1' MINUTE",
      "- INTERVAL '200' SECOND(3)",
      "-  interval '1:30' MINUTE TO SECOND",
    ])
      expect(withMaxDelay(table(`time_ltz AS time_ltz ${interval}`), 300)).toBe(
        table(`${limited} ${interval}`),
      );
    for (const other of ["time_ltz AS time_ltz", "kafka_time AS kafka_time - INTERVAL '10' SECOND"])
      expect(() => withMaxDelay(table(other), 300)).toThrow(
        "source.maxDelay is 300 s, but the table CPU_IN (sql/flink/tables/cpu_in*.sql) has no watermark of the form WATERMARK FOR time_ltz AS … - INTERVAL '10' SECOND: give it one, with any interval, or leave source.maxDelay out",
      );
  });

  it("has the same options in SQL, whatever the form of the messages", () => {
    const other = textOf({ ...tutorialFormat, "source.timeUnit": "iso_8601" });
    expect(readOptions(other)).toEqual(readOptions(textOf(tutorialFormat)));
  });
});
