import type pg from "pg";
import { quoted } from "../../clients/postgres/names.ts";

/** The thresholds by host, in percent of CPU. */
export type Thresholds = Record<string, number>;

const NUMBERS = ["smallint", "integer", "bigint", "numeric", "real", "double precision"];

/**
 * Explains why the pipelines cannot read thresholds from a table, and how to fix that.
 *
 * @returns undefined if they can
 */
export async function thresholdProblem(client: pg.Client, table: string): Promise<string | undefined> {
  const columns = await columnsOf(client, table);
  if (columns === undefined) return `PostgreSQL has no table ${table}`;
  for (const [name, type] of [
    ["hostname", "TEXT"],
    ["allowed_top", "NUMERIC(5, 2)"],
  ] as const) {
    if (columns.has(name)) continue;
    return (
      `the table ${table} lacks the column ${name}, which the pipelines read. If it has another name now, rename it ` +
      `back: ALTER TABLE ${table} RENAME COLUMN … TO ${name}; else: ALTER TABLE ${table} ADD COLUMN ${name} ${type}`
    );
  }
  const type = columns.get("allowed_top")?.base ?? "";
  if (NUMBERS.includes(type)) return undefined;
  return (
    `the column allowed_top of the table ${table} is of the type ${type}, and the pipelines need a number ` +
    `(${NUMBERS.join(", ")}): ALTER TABLE ${table} ALTER COLUMN allowed_top TYPE NUMERIC(5, 2) USING allowed_top::NUMERIC`
  );
}

/**
 * @param rows the rows to be written
 * @throws if the pipelines could not read the table, or it cannot hold one of the rows exactly
 */
export async function requireFit(client: pg.Client, table: string, rows: Thresholds): Promise<void> {
  const problem = await thresholdProblem(client, table);
  if (problem !== undefined) throw new Error(problem);
  const type = (await columnsOf(client, table))?.get("allowed_top")?.type ?? "";
  for (const [host, threshold] of Object.entries(rows)) {
    if (await holds(client, type, threshold)) continue;
    throw new Error(
      `the threshold of ${host} is ${threshold}, and the column allowed_top of the table ${table} is of the type ` +
        `${type}, which cannot hold that. Nothing was changed. Set a threshold that fits, or change the column: ` +
        `ALTER TABLE ${table} ALTER COLUMN allowed_top TYPE NUMERIC(5, 2)`,
    );
  }
}

const OUT_OF_RANGE = "22003";

async function holds(client: pg.Client, type: string, threshold: number): Promise<boolean> {
  await client.query("SAVEPOINT fit");
  try {
    const query = `SELECT WHERE $1::numeric::${type}::numeric = $1::numeric`;
    return (await client.query(query, [threshold])).rows.length > 0;
  } catch (error) {
    if ((error as { code?: string }).code !== OUT_OF_RANGE) throw error;
    return false;
  } finally {
    await client.query("ROLLBACK TO SAVEPOINT fit");
  }
}

interface ColumnType {
  /** With its size, e.g. `numeric(5,2)`. */
  readonly type: string;
  /** Without its size; for a domain, the type that it is based on. */
  readonly base: string;
}

async function columnsOf(
  client: pg.Client,
  table: string,
): Promise<ReadonlyMap<string, ColumnType> | undefined> {
  const { rows } = await client.query<ColumnType & { name: string | null }>(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type,
       coalesce(nullif(typbasetype, 0), atttypid)::regtype::text AS base
     FROM pg_class
     LEFT JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
     LEFT JOIN pg_type ON pg_type.oid = atttypid
     WHERE pg_class.oid = to_regclass($1)`,
    [quoted(table)],
  );
  if (rows.length === 0) return undefined;
  return new Map(rows.flatMap(({ name, ...types }) => (name === null ? [] : [[name, types] as const])));
}
