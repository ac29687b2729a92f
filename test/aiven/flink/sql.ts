import { randomUUID } from "node:crypto";
import { readOptions } from "../../../components/ddl.ts";
import type { ServiceType } from "../catalogue.ts";
import { ApiError } from "../http/apiError.ts";
import type { Service, State } from "../state.ts";
import type { Table } from "./application.ts";

/** A table as declared in a request. */
export interface TableInput {
  readonly create_table: string;
  readonly integration_id?: string | null;
}

/** The type of service behind a connector; its integration supplies the address and credentials. */
const CONNECTORS: Readonly<Record<string, ServiceType>> = {
  kafka: "kafka",
  "upsert-kafka": "kafka",
  jdbc: "pg",
  opensearch: "opensearch",
  "elasticsearch-7": "opensearch",
};
const FROM_INTEGRATION = /^(username|password|properties\.(sasl|ssl|security)\..+)$/;
const LITERAL_OR_COMMENT = /'(?:[^']|'')*'|--.*$|\/\*[\s\S]*?\*\//gm;
const CREATE_TABLE = /^CREATE\s+(?:TEMPORARY\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?(`[^`]+`|\w+)\s*\(/i;
const INSERT = /^INSERT\s+(?:INTO|OVERWRITE)\s+(`[^`]+`|\w+)/i;

/**
 * Reads a table declared for an application of a Flink service.
 *
 * @throws ApiError 400 unless it is a single CREATE TABLE statement that leaves credentials to its integration, 404
 *   if the service has no such integration (worded so that Terraform's provider tries again)
 */
export function readTable(
  state: State,
  service: Service,
  { create_table, integration_id }: TableInput,
): Table {
  const name = nameIn(create_table, CREATE_TABLE, "CREATE TABLE");
  const options = optionsOf(create_table);
  const connector = options.connector;
  if (connector === undefined) throw invalid(`table ${name} names no connector`);
  const integrationId = integration_id || undefined;
  const needs = CONNECTORS[connector];
  if (integrationId === undefined) {
    if (needs === undefined)
      return { id: randomUUID(), name, createTable: create_table, integrationId, options };
    throw invalid(`table ${name} has the connector ${connector}, which needs an integration`);
  }
  const integration = state.integrations.get(integrationId);
  if (integration?.destination !== service)
    throw new ApiError(404, `Integration not found: ${integrationId}`);
  if (integration.source.type !== needs)
    throw invalid(
      `table ${name} has the connector ${connector}, its integration is with ${integration.source.type}`,
    );
  const credential = Object.keys(options).find((option) => FROM_INTEGRATION.test(option));
  if (credential !== undefined)
    throw invalid(`table ${name} sets '${credential}', which comes from its integration`);
  return { id: randomUUID(), name, createTable: create_table, integrationId, options };
}

/** @throws ApiError 400 unless the statement is one INSERT into one of the sinks and each table has a unique name */
export function checkStatement(statement: string, sources: readonly Table[], sinks: readonly Table[]): void {
  const names = [...sources, ...sinks].map(({ name }) => name);
  const twice = names.find((name, position) => names.indexOf(name) !== position);
  if (twice !== undefined) throw invalid(`table ${twice} is declared twice`);
  const target = nameIn(statement, INSERT, "INSERT INTO");
  if (sinks.every(({ name }) => name !== target))
    throw invalid(`Object '${target}' not found among the sinks`);
}

/** The name in a text that must be a single statement of a certain kind. */
function nameIn(sql: string, pattern: RegExp, kind: string): string {
  const bare = sql.replace(LITERAL_OR_COMMENT, (found) => (found.startsWith("'") ? "''" : " ")).trim();
  if (/;\s*\S/.test(bare)) throw invalid(`only one ${kind} statement is allowed`);
  const name = pattern.exec(bare)?.[1];
  if (name === undefined) throw invalid(`expected ${kind}, not: ${bare.slice(0, 60)}`);
  return name.replaceAll("`", "");
}

function optionsOf(ddl: string) {
  try {
    return readOptions(ddl);
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

const invalid = (what: string) => new ApiError(400, `Invalid statement: ${what}`);
