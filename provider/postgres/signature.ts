import type pg from "pg";
import { quoted } from "../../clients/postgres/names.ts";

/*
 * If others have tables and schemas too, ours name their creator in their comment. After an `up` that was interrupted
 * before it could record a table, the next one recognizes it by this, and tables of others are not changed or dropped.
 */

/** Signs a table or schema that the session created; does nothing if `madeBy` is undefined. */
export async function sign(
  client: pg.Client,
  kind: "TABLE" | "SCHEMA",
  name: string,
  madeBy: string | undefined,
): Promise<void> {
  if (madeBy === undefined) return;
  await client.query(`COMMENT ON ${kind} ${quoted(name)} IS ${client.escapeLiteral(madeBy)}`);
}

/** Who created a table; null if it is not signed, undefined if there is no such table. */
export async function signatureOf(client: pg.Client, table: string): Promise<string | null | undefined> {
  const { rows } = await client.query<{ comment: string | null }>(
    "SELECT obj_description(oid, 'pg_class') AS comment FROM pg_class WHERE oid = to_regclass($1)",
    [quoted(table)],
  );
  return rows[0]?.comment;
}

/** The message about a table that somebody else created. */
export const foreignTable = (table: string) =>
  `the table ${table} exists already, and was not created by this stack: set postgres.schema to another schema, or drop or rename the table`;
