import type { StackOutputs } from "../../../cli/engine/outputs.ts";
import { callOpenSearch } from "../../../clients/openSearch/client.ts";
import { withPostgres } from "../../../clients/postgres/client.ts";
import { withoutNumbers } from "../model/learned.ts";
import type { Row } from "../model/message.ts";
import type { OutputName, Outputs, WholeOutputs } from "../model/outputs.ts";
import type { TopicReader, TopicRecord } from "./topicReader.ts";

/** The current contents of the outputs, in the model's form. */
export async function readOutputs(outputs: StackOutputs, reader: TopicReader): Promise<Outputs> {
  const read = (name: OutputName, toRow: (record: TopicRecord) => Row = jsonRow): Row[] => {
    const place = outputs.results[name];
    return place !== undefined && "topic" in place ? reader.records(place.topic).map(toRow) : [];
  };
  return {
    filter: read("filter"),
    aggregate: read("aggregate"),
    thresholdFilter: read("thresholdFilter"),
    countOverThreshold: await tableRows(outputs),
    search: await documents(outputs),
    notify: read("notify", notificationRow),
    alerts: read("alerts", alertRow).filter(({ rule }) => rule === "threshold"),
    trend: read("trend"),
    quarantine: read("quarantine", quarantineRow),
    late: read("late", lateRow),
  };
}

/** The current contents of the outputs that depend on the whole input. */
export function readWholeOutputs({ results }: StackOutputs, reader: TopicReader): WholeOutputs {
  const rowsOf = (name: "alerts" | "expect", toRow: (record: TopicRecord) => Row) => {
    const place = results[name];
    return place !== undefined && "topic" in place ? reader.records(place.topic).map(toRow) : [];
  };
  const alerts = rowsOf("alerts", learnedRow);
  return {
    silent: alerts.filter(({ rule }) => rule === "silent"),
    expect: rowsOf("expect", jsonRow),
    learned: alerts.filter(({ rule }) => rule === "learned"),
  };
}

/** The model does not determine the numbers in the text of the rule `learned`. */
function learnedRow(record: TopicRecord): Row {
  const { message, ...row } = jsonRow(record);
  const text = row.rule === "learned" ? withoutNumbers(String(message)) : String(message);
  return { ...row, key: record.key, message: text };
}

function jsonRow({ value }: TopicRecord): Row {
  return JSON.parse(String(value)) as Row;
}

/** How far event time had come is not determined: at least to the end of the reading's window. */
function lateRow(record: TopicRecord): Row {
  const { closed_until, ...row } = jsonRow(record);
  return row;
}

/** The text contains the average too; the model does not determine its digits, as long as the value is the same. */
function notificationRow(record: TopicRecord): Row {
  const { message, ...row } = jsonRow(record);
  const text = String(message).replace(/(?<= avg CPU value:)\S+(?= over the threshold [\d.]+$)/, (digits) =>
    Number(digits) === row.usage_avg ? "usage_avg" : digits,
  );
  return { ...row, key: record.key, message: text };
}

/** The text contains the average too, rounded. */
function alertRow(record: TopicRecord): Row {
  const { message, ...row } = jsonRow(record);
  const text = String(message).replace(/(?<=: )[\d.]+(?= % on average)/, (digits) =>
    /^\d+\.\d$/.test(digits) && Math.abs(Number(digits) - Number(row.actual)) < 0.05 + 1e-9
      ? "actual"
      : digits,
  );
  return { ...row, key: record.key, message: text };
}

function quarantineRow({ value, headers }: TopicRecord): Row {
  const { reason, ...others } = headers;
  return { value: value?.toString("base64") ?? null, ...others };
}

async function tableRows({ postgres, results }: StackOutputs): Promise<Row[]> {
  const place = results.countOverThreshold;
  if (place === undefined || !("table" in place)) return [];
  const { rows } = await withPostgres(postgres, (client) =>
    client.query(
      `SELECT to_char(time_ltz, 'YYYY-MM-DD HH24:MI:SS') AS time_ltz, nr_cpus_over_threshold::int FROM ${place.table}`,
    ),
  );
  return rows;
}

/** As many as OpenSearch returns in one response. */
const PAGE = 10_000;
const KEPT = "1m";

interface Page {
  readonly _scroll_id: string;
  readonly hits: { readonly hits: readonly { readonly _id: string; readonly _source: Row }[] };
}

async function documents({ openSearch, results }: StackOutputs): Promise<Row[]> {
  const place = results.search;
  if (openSearch === undefined || place === undefined || !("index" in place)) return [];
  await callOpenSearch(openSearch, "POST", `/${place.index}/_refresh`);
  const rows: Row[] = [];
  const search = `/${place.index}/_search?size=${PAGE}&scroll=${KEPT}`;
  let page = await callOpenSearch<Page>(openSearch, "GET", search);
  while (page.hits.hits.length > 0) {
    rows.push(...page.hits.hits.map(({ _id, _source }) => ({ _id, ..._source })));
    const { _scroll_id: scroll_id } = page;
    page = await callOpenSearch<Page>(openSearch, "POST", "/_search/scroll", { scroll: KEPT, scroll_id });
  }
  await callOpenSearch(openSearch, "DELETE", "/_search/scroll", { scroll_id: page._scroll_id });
  return rows;
}
