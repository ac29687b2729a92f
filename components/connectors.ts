import * as pulumi from "@pulumi/pulumi";
import { readOptions } from "./ddl.ts";
import { pipelineSql } from "./pipelineSql.ts";
import type { PipelineName } from "./pipelines.ts";

/** The connectors that a table of sql/flink/tables may have, and the service that each reaches. */
const SERVICES = {
  kafka: "kafka",
  "upsert-kafka": "kafka",
  jdbc: "postgres",
  // Aiven's name for it. A Flink that we run gets the same table with its own connector.
  "elasticsearch-7": "openSearch",
} as const;

type Service = (typeof SERVICES)[keyof typeof SERVICES];

/**
 * The service that holds the rows of a table.
 *
 * @param ddl CREATE TABLE statement
 * @throws pulumi.RunError if it names no connector, or one that no service here has
 */
export function serviceOf(ddl: string): Service {
  const { connector } = readOptions(ddl);
  const known: Readonly<Record<string, Service>> = SERVICES;
  const service = Object.hasOwn(SERVICES, connector ?? "") ? known[connector ?? ""] : undefined;
  if (service !== undefined) return service;
  const table = /\bCREATE TABLE (\w+)/.exec(ddl.replaceAll(/--.*$/gm, ""))?.[1];
  const found = connector === undefined ? "has no connector" : `has the connector "${connector}"`;
  throw new pulumi.RunError(
    `the table ${table} in sql/flink/tables ${found}; allowed are ${Object.keys(SERVICES).join(", ")}`,
  );
}

/**
 * Checks the connectors of the pipelines' tables before anything is created.
 *
 * @param sqlValues as pipelineSql takes them
 * @throws pulumi.RunError if a table has a connector that is not allowed
 */
export function checkConnectors(
  names: readonly PipelineName[],
  sqlValues: Readonly<Record<string, unknown>>,
): void {
  for (const name of names) pipelineSql(name, sqlValues).tables.forEach(serviceOf);
}
