import { expect, it } from "vitest";
import { pipelineSql } from "../../components/pipelineSql.ts";
import { topicChange } from "../../provider/flink/sourceTopics.ts";
import { SQL_VALUES } from "../support/sqlValues.ts";

const { tables } = pipelineSql("filter", SQL_VALUES);
const renamed = (from: string, to: string) =>
  tables.map((ddl) => ddl.replace(`'topic' = '${from}'`, `'topic' = '${to}'`));

it("a job that reads a different topic than before is detected", () => {
  expect(topicChange(tables, renamed("cpu_load_stats_real", "cpu"))).toBe(
    "it read the topic cpu_load_stats_real, and now reads cpu",
  );
});

it("a job that writes another topic, or reads messages in another format, reads the same topic", () => {
  expect(topicChange(tables, renamed("cpu_load_stats_real_filter", "filtered"))).toBeUndefined();
  const options = tables.map((ddl) => ddl.replace("WITH (", "WITH ('value.reading.usage-form' = 'idle',"));
  expect(options).not.toEqual(tables);
  expect(topicChange(tables, options)).toBeUndefined();
});
