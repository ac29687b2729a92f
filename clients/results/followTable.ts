import pg from "pg";
import { UserError } from "../../lib/userError.ts";
import { withPostgres } from "../postgres/client.ts";
import type { PostgresConnection } from "../postgres/connection.ts";
import { quoted } from "../postgres/names.ts";
import { followByPolling } from "./followByPolling.ts";
import type { FollowOptions, Row } from "./row.ts";

const NEWEST = 1_000;

/**
 * Reads rows of a PostgreSQL table, ordered by its first column, as they are added or changed, until the signal is
 * aborted.
 *
 * @param table with or without its schema
 */
export function followTable(
  connection: PostgresConnection,
  table: string,
  options: FollowOptions,
  onFields: (fields: Row["fields"]) => void,
): Promise<void> {
  const query = `SELECT row_to_json(row) AS fields FROM (SELECT * FROM ${quoted(table)} ORDER BY 1 DESC LIMIT ${NEWEST}) row`;
  return withPostgres(connection, (client) =>
    followByPolling(
      async () => {
        const { rows } = await client.query<{ fields: Row["fields"] }>(query);
        return rows.map(({ fields }) => withSqlTimes(fields)).reverse();
      },
      options,
      onFields,
    ),
  ).catch((error: unknown) => {
    if (!(error instanceof pg.DatabaseError)) throw error;
    throw new UserError(`The table ${table} cannot be read: ${error.message}`, { cause: error });
  });
}

/** Formats times as Flink writes them to topics: with a space between date and time. */
function withSqlTimes(fields: Row["fields"]): Row["fields"] {
  const sqlTime = (value: unknown) =>
    typeof value === "string" ? value.replace(/^(\d{4}-\d\d-\d\d)T/, "$1 ") : value;
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, sqlTime(value)]));
}
