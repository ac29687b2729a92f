import type pg from "pg";
import { withPostgres } from "../../clients/postgres/client.ts";
import type { PostgresConnection } from "../../clients/postgres/connection.ts";
import { quoted, serverAt } from "../../clients/postgres/names.ts";
import { changedKeys, type Difference, same } from "../resource.ts";
import { reshape, Unfit } from "./reshape.ts";
import { type Shape, shapeMeantBy, shapeOf } from "./shape.ts";
import { foreignTable, sign, signatureOf } from "./signature.ts";

export interface TableInputs {
  readonly connection: PostgresConnection;
  readonly table: string;
  /** The statement that creates the table if it does not exist. */
  readonly ddl: string;
  /** Whether the table may be dropped with its rows if a changed definition requires a new one. */
  readonly replace: boolean;
  /** The setting that turns `replace` on, for the message. */
  readonly replaceSetting: string;
  /**
   * Who creates the table, such as `the stack demo`, if others have tables too. It becomes the table's comment, and a
   * table with another comment is not taken over.
   */
  readonly madeBy?: string;
}

/**
 * What an `up` would do to a table. It is tried on the real table, in a transaction that is rolled back. Another
 * wording of the same columns is not a change, a missing table is a change, and a change that requires a new table
 * replaces it.
 *
 * @param check throws if the resulting table violates an additional condition
 * @throws if the table would have to be dropped, holds rows, and `replace` does not allow that
 */
export async function tableDifference(
  state: TableInputs,
  inputs: TableInputs,
  check: (client: pg.Client) => Promise<void> = async () => {},
): Promise<Difference> {
  if (state.table !== inputs.table) {
    const why = `it is named ${inputs.table} now`;
    await withPostgres(state.connection, (client) => refuseLoss(client, state.table, inputs, why));
    return { changed: true, replaces: ["table"] };
  }
  try {
    return await withPostgres(inputs.connection, (client) => tryOut(client, state, inputs, check));
  } catch (error) {
    // A server that is down still has its tables on disk.
    if ((error as { code?: string }).code !== "ECONNREFUSED") throw error;
    return { changed: state.ddl !== inputs.ddl };
  }
}

async function tryOut(
  client: pg.Client,
  state: TableInputs,
  inputs: TableInputs,
  check: (client: pg.Client) => Promise<void>,
): Promise<Difference> {
  const { former, wanted } = await shapes(client, state, inputs);
  const before = await shapeOf(client, inputs.table);
  if (before === undefined) return { changed: true };
  await client.query("BEGIN");
  try {
    await reshape(client, inputs.table, former, wanted);
    await check(client);
    const after = await shapeOf(client, inputs.table);
    return { changed: !same(comparable(before), comparable(after)) };
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    await client.query("ROLLBACK");
    await refuseLoss(client, inputs.table, inputs, error.message);
    return { changed: true, replaces: ["ddl"] };
  } finally {
    await client.query("ROLLBACK");
  }
}

/**
 * Creates the table, or changes an existing one to match its definition, in a transaction that it begins and the caller
 * ends.
 *
 * @param state as last applied; without it, an existing table only gets its missing columns
 * @returns whether the table existed
 */
export async function alignTable(
  client: pg.Client,
  state: TableInputs | undefined,
  inputs: TableInputs,
): Promise<boolean> {
  const { former, wanted } = await shapes(client, state, inputs);
  await client.query("BEGIN");
  const wasThere = (await shapeOf(client, inputs.table)) !== undefined;
  if (wasThere) {
    if (state === undefined || isElsewhere(state, inputs)) await refuseForeign(client, inputs);
    await reshape(client, inputs.table, former, wanted);
  } else {
    await client.query(inputs.ddl);
    await sign(client, "TABLE", inputs.table, inputs.madeBy);
  }
  return wasThere;
}

/** Whether a table of that name may be another one, because its database has another address than before. */
const isElsewhere = ({ connection: former }: TableInputs, { connection }: TableInputs) =>
  changedKeys(["host", "port", "database"], former, connection).length > 0;

/**
 * What a warning about a table that had to be recreated adds; empty if its address is the same. Whether the stack has
 * created the former database, and deletes it now, is not known here.
 */
export const leftBehind = (state: TableInputs, inputs: TableInputs) =>
  isElsewhere(state, inputs)
    ? `. The former one stays in the database ${state.connection.database} of ${serverAt(state.connection)}, unless the stack has created that database: then up deletes it with its tables`
    : "";

/** The table as last defined, and as it should be. */
async function shapes(client: pg.Client, state: TableInputs | undefined, { table, ddl }: TableInputs) {
  const wanted = await shapeMeantBy(client, table, ddl);
  if (state === undefined) return { former: undefined, wanted };
  const former = state.ddl === ddl ? wanted : await shapeMeantBy(client, state.table, state.ddl);
  return { former, wanted };
}

async function refuseForeign(client: pg.Client, { table, madeBy }: TableInputs): Promise<void> {
  if (madeBy === undefined || (await signatureOf(client, table)) === madeBy) return;
  throw new Error(foreignTable(table));
}

async function refuseLoss(
  client: pg.Client,
  table: string,
  { replace, replaceSetting }: TableInputs,
  why: string,
): Promise<void> {
  if (replace || (await shapeOf(client, table)) === undefined) return;
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${quoted(table)}`,
  );
  const { count = 0 } = rows[0] ?? {};
  if (count === 0) return;
  throw new Error(
    `the table ${table} holds ${count === 1 ? "a row" : `${count} rows`}, and its new definition requires ` +
      `dropping it (${why}). Nothing was changed. Revert the change of the definition; or allow the table to be ` +
      `dropped with its rows and created again, by ${replaceSetting}`,
  );
}

const comparable = (shape: Shape | undefined) => shape && [[...shape.columns], [...shape.constraints]];
