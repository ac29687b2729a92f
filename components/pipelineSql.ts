import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDuration } from "../lib/duration.ts";
import { readOptions, withOptions } from "./ddl.ts";
import { type PipelineName, pipelineOf, pipelines } from "./pipelines.ts";
import { withMaxDelay } from "./source/maxDelay.ts";
import { readingOptions, type SourceFormat, tutorialFormat } from "./source/sourceFormat.ts";
import { type TextForm, textForm } from "./source/textForm.ts";

/** A pipeline's CREATE TABLE statements and its INSERT. */
export interface PipelineSql {
  readonly tables: readonly string[];
  readonly statement: string;
}

/** How a Flink decodes the readings. */
export interface Decoding {
  /** Whether it has the format `reading`. */
  readonly hasReadingFormat: boolean;
  readonly format: SourceFormat;
}

const KEEP_INVALID = { "value.reading.keep-invalid": "true" };

/** What a Flink without the format `reading` declares instead of cpu_in: for the tutorial's messages and for others. */
export const textTables = { tutorial: "cpu_in_text", other: "cpu_in_other_text" } as const;

/**
 * The SQL of a pipeline, with addresses and credentials left empty.
 *
 * @param values what replaces each `${setting}`, or `${setting - 1}`, in them, e.g. `{ "trend.windows": 3 }`; a
 * duration such as `10m` is replaced by its seconds, rounded up
 * @param decoding of the Flink that it is for, e.g. `{ hasReadingFormat: false }`
 * @throws if a file names a setting that has no value here, or source.maxDelay cannot limit the watermark
 */
export function pipelineSql(
  pipeline: PipelineName,
  values: Readonly<Record<string, unknown>>,
  { hasReadingFormat = true, format = tutorialFormat }: Partial<Decoding> = {},
): PipelineSql {
  const read = (path: string) => fillIn(path, values, textForm(format));
  const options = readingOptions(format);
  const isTutorial = Object.keys(options).length === 0;
  const decoded = () => {
    if (hasReadingFormat) {
      const ddl = read("tables/cpu_in");
      const all = { ...options, ...(pipelineOf(pipeline).readsInvalid && KEEP_INVALID) };
      return Object.keys(all).length === 0 ? ddl : withOptions(ddl, all);
    }
    const ddl = read(`tables/${textTables.tutorial}`);
    return isTutorial ? ddl : withOptions(read(`tables/${textTables.other}`), readOptions(ddl));
  };
  const maxDelay = numberOf(values["source.maxDelay"]);
  const source = () => (maxDelay === undefined ? decoded() : withMaxDelay(decoded(), maxDelay));
  return {
    tables: pipelines[pipeline].tables.map((table) =>
      table === "cpu_in" ? source() : read(`tables/${table}`),
    ),
    statement: read(`pipelines/${pipeline}`),
  };
}

/** The SQL that has Aiven's connector post alerts to Slack: it reads what the pipeline `alerts` writes. */
export const slackSql = (): PipelineSql => ({
  tables: [readSql("flink/tables/cpu_alerts_in.sql")],
  statement: readSql("flink/pipelines/slack.sql"),
});

/** The text of a file below sql/. */
export function readSql(path: string): string {
  return readFileSync(join(import.meta.dirname, "../sql", path), "utf8");
}

function fillIn(path: string, values: Readonly<Record<string, unknown>>, form: TextForm): string {
  const sql = readSql(`flink/${path}.sql`);
  return sql.replaceAll(/\$\{([\w.]+)(?: - (\d+))?\}/g, (placeholder, setting: string, less = "0") => {
    const text = form.texts[setting]?.replaceAll("'", "''") ?? form.expressions[setting];
    if (text !== undefined) return text;
    const value = numberOf(values[setting]);
    if (value !== undefined) return String(value - Number(less));
    throw new Error(
      `sql/flink/${path}.sql has ${placeholder}, but there is no setting ${setting} with a number or a duration`,
    );
  });
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  const ms = typeof value === "string" ? parseDuration(value) : undefined;
  return ms === undefined ? undefined : Math.max(Math.ceil(ms / 1000), 1);
}
