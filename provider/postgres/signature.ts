import type pg from "pg";
import { quoted } from "../../clients/postgres/names.ts";

/*
 * Where others have tables and schemas too, ours say in their comment who has made them. An `up` that was interrupted
 * before it could record a table finds it again by that, and nobody else's is changed or dropped.
 */

/** Signs a table or schema that the session has created; does nothing without a signature. */
export async function sign(
  client: pg.Client,
  kind: "TABLE" | "SCHEMA",
  name: string,
  madeBy: string | undefined,
): Promise<void> {
  if (madeBy === undefined) return;
  await client.query(`COMMENT ON ${kind} ${quoted(name)} IS ${client.escapeLiteral(madeBy)}`);
}

/** Who has made a table; null if it does not say, undefined if there is no such table. */
export async function signatureOf(client: pg.Client, table: string): Promise<string | null | undefined> {
  const { rows } = await client.query<{ comment: string | null }>(
    "SELECT obj_description(oid, 'pg_class') AS comment FROM pg_class WHERE oid = to_regclass($1)",
    [quoted(table)],
  );
  return rows[0]?.comment;
}

/** What is said of a table that somebody else has made. */
export const foreignTable = (table: string) =>
  `the table ${table} exists already, and this stack has not made it: set postgres.schema to another schema, or drop or rename the table`;
