import { readSql } from "../pipelineSql.ts";
import { type Pipeline, pipelines, silenceTable, sourceTopic, thresholdTable } from "../pipelines.ts";
import { columns, columnsOf } from "./columns.ts";

const START = `# Topics, tables and the index

<!-- Written by npm run settings; the tables are in sql, what columns mean in components/reference/columns.ts. -->

Times are in UTC, usages in percent. Messages in topics are JSON, except in the quarantine; times in them look like \`2026-11-22 18:02:46.948\`. In a Kafka or OpenSearch that was there before the stack, names begin with \`names.prefix\`. Rows in topics are committed in transactions (with \`flink.delivery: at-least-once\`, those that no other part of the stack reads are not): read them with \`isolation.level=read_committed\`.

## Readings: topic \`${sourceTopic}\`

Each message is one reading of one CPU: \`{"hostname":"dopey","cpu":"cpu4","usage":98.33,"occurred_at":1633956789277}\`. [pipelines.md](pipelines.md#what-is-a-valid-reading) says what is valid, [own-data.md](own-data.md) how other forms are read.
`;

/** The page docs/tables.md: what is in every topic, table and index, by the SQL that makes it. */
export function tablesPage(): string {
  const outputs = Object.entries<Pipeline>(pipelines).flatMap(([name, { tables, output }]) =>
    output === undefined ? [] : [{ name, ddl: readSql(`flink/tables/${tables.at(-1)}.sql`), output }],
  );
  const places = new Map(outputs.map((output) => [JSON.stringify(output.output), output]));
  const results = [...places.values()].map(({ ddl, output }) => {
    const [kind = "", place = ""] = Object.entries(output).find(([, name]) => typeof name === "string") ?? [];
    const by = outputs.filter((other) => JSON.stringify(other.output) === JSON.stringify(output));
    const writers = by.map(({ name }) => `\`${name}\``).join(", ");
    return `## ${KINDS[kind]} \`${place}\`\n\n${described(ddl)} Written by ${writers}.${keyOf(ddl)}\n\n${columnTable(String(place), ddl)}`;
  });
  const own = [thresholdTable, silenceTable].map((table) => {
    const ddl = readSql(`postgres/${table}.sql`);
    return `## PostgreSQL table \`${table}\`\n\n${described(ddl)}\n\n${columnTable(table, ddl)}`;
  });
  return [START, ...own, ...results].join("\n");
}

const KINDS: Readonly<Record<string, string>> = {
  topic: "Topic",
  table: "PostgreSQL table",
  index: "OpenSearch index",
};

/** The comment at the top of a file. */
const described = (ddl: string) =>
  (/^(--.*\n)+/.exec(ddl)?.[0] ?? "")
    .split("\n")
    .map((line) => line.replace(/^-- ?/, ""))
    .join(" ")
    .trim();

function keyOf(ddl: string): string {
  const key = /'key\.fields' = '([^']+)'/.exec(ddl)?.[1];
  return key === undefined
    ? ""
    : ` Key: ${key
        .split(";")
        .map((name) => `\`${name}\``)
        .join(", ")}.`;
}

function columnTable(place: string, ddl: string): string {
  const [, body = ""] = /CREATE TABLE[^(]*\(\n([\s\S]*?)\n\)/.exec(ddl) ?? [];
  const found = [...body.matchAll(/^ {2}`?([a-z_]+)`? (.+?),?$/gm)];
  const rows = found.map(([, name = "", type = ""]) => {
    const meaning = columnsOf[place]?.[name] ?? columns[name];
    if (meaning === undefined) throw new Error(`components/reference/columns.ts lacks ${name} of ${place}`);
    return `| \`${name}\` | ${type.replace(/ (METADATA|CHECK|GENERATED).*$/, "")} | ${meaning} |`;
  });
  return `| column | type | meaning |\n|---|---|---|\n${rows.join("\n")}\n`;
}
