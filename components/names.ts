import { quoted } from "../clients/postgres/names.ts";
import { readOptions, type TableOptions, withOptions } from "./ddl.ts";
import type { PipelineSql } from "./pipelineSql.ts";
import { sourceTopic } from "./pipelines.ts";
import type { SharedSettings } from "./settings/shared.ts";

/** The names that a stack uses in its services. Others may have things there, too. */
export interface Names {
  /** By its name in the catalogue of pipelines. */
  topic(topic: string): string;
  index(index: string): string;
  /** With its schema, unless that is `public`. */
  table(table: string): string;
  /** Consumer group of a pipeline or an app, and prefix of its transactional ids. */
  group(reader: string): string;
}

/** A service in which others may have things too. */
export type SharedService = "kafka" | "postgres" | "openSearch";

type NameSettings = Pick<
  SharedSettings,
  "names.prefix" | "postgres.schema" | "source.topic" | "source.existing"
>;

/**
 * @param isAdopted whether a service existed before the stack: what the stack creates in it then carries the stack's
 * name, unless the settings say otherwise
 */
export function namesOf(
  settings: NameSettings,
  stack: string,
  isAdopted: (service: SharedService) => boolean,
): Names {
  const chosen = settings["names.prefix"];
  const prefixIn = (service: SharedService) => chosen || (isAdopted(service) ? `${plain(stack)}-` : "");
  // A topic that existed before the stack keeps its name.
  const source = (settings["source.existing"] ? "" : prefixIn("kafka")) + settings["source.topic"];
  const schema = isAdopted("postgres") ? schemaOf(settings, stack) : PUBLIC;
  return {
    topic: (topic) => (topic === sourceTopic ? source : prefixIn("kafka") + topic),
    index: (index) => prefixIn("openSearch") + index,
    table: (table) => (schema === PUBLIC ? table : `${schema}.${table}`),
    group: (reader) => `${prefixIn("kafka") || `${stack}-`}${reader}`,
  };
}

const PUBLIC = "public";

/** The PostgreSQL schema that a stack uses if others may have tables in the database. */
export const schemaOf = (settings: Pick<NameSettings, "postgres.schema">, stack: string) =>
  settings["postgres.schema"] || possibleSchema(plain(stack));

/** PostgreSQL reserves names that begin with pg_ for itself, and cuts those of more than 63 bytes. */
const possibleSchema = (name: string) =>
  name
    .replaceAll(/[^a-z0-9_]/g, "_")
    .replace(/^pg_/, "_pg_")
    .slice(0, 63);

/** The mark on a stack's tables and indexes that names their creator, in services that others use, too. */
export const madeByOf = (stack: string) => `made by the stack ${stack} of streaming-anomaly-detection`;

/** The stack's name as an index may begin: in lower case, starting with a letter or digit. */
const plain = (stack: string) => stack.toLowerCase().replace(/^[^a-z0-9]+/, "");

/** The SQL of a pipeline with the names that its topics, tables and index have in the services. */
export function withNames({ tables, statement }: PipelineSql, names: Names): PipelineSql {
  return { tables: tables.map((ddl) => renamed(ddl, names)), statement };
}

function renamed(ddl: string, names: Names): string {
  const options = readOptions(ddl);
  const changed: TableOptions = {};
  const change = (key: string, rename: (value: string) => string) => {
    const value = options[key];
    if (value !== undefined && rename(value) !== value) changed[key] = rename(value);
  };
  change("topic", names.topic);
  change("index", names.index);
  change("table-name", (value) =>
    value.replaceAll(/\bpublic\.(\w+)/g, (found, table: string) =>
      names.table(table) === table ? found : quoted(names.table(table)),
    ),
  );
  return Object.keys(changed).length === 0 ? ddl : withOptions(ddl, changed);
}

/** A CREATE TABLE statement of PostgreSQL with the name that the table has there. */
export function withTableName(ddl: string, table: string, names: Names): string {
  const name = names.table(table);
  if (name === table) return ddl;
  return ddl.replace(
    /^(CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?)(\w+)/im,
    (_, create: string) => create + quoted(name),
  );
}
