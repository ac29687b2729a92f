import type pg from "pg";
import { withPostgres } from "../../clients/postgres/client.ts";
import type { PostgresConnection } from "../../clients/postgres/connection.ts";
import { type Difference, same } from "../resource.ts";
import { quoted } from "./names.ts";
import { reshape, Unfit } from "./reshape.ts";
import { type Shape, shapeMeantBy, shapeOf } from "./shape.ts";

export interface TableInputs {
  readonly connection: PostgresConnection;
  readonly table: string;
  /** The statement that creates the table where it does not exist. */
  readonly ddl: string;
  /** Whether the table may be dropped with its rows when a change of its definition needs a new one. */
  readonly replace: boolean;
  /** The setting that turns `replace` on, for the message. */
  readonly replaceSetting: string;
}

/**
 * What an `up` would do to a table. It is tried out on the real one, in a transaction that is taken back: other words
 * about the same columns are no change, a table that is gone is one, and what only a new table could have replaces it.
 *
 * @param check what else must hold of the table as it will be; throws where it does not
 * @throws when the table would have to be dropped, holds rows, and `replace` does not allow that
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
    // A server that is down says nothing about its tables: they lie on its disk.
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
 * Makes the table where it is not there, and brings it to its definition where it is, within a transaction that it
 * begins and the caller ends.
 *
 * @param state as last applied; without it, only columns that are missing are added to a table that is there
 * @returns whether the table was there
 */
export async function alignTable(
  client: pg.Client,
  state: TableInputs | undefined,
  inputs: TableInputs,
): Promise<boolean> {
  const { former, wanted } = await shapes(client, state, inputs);
  await client.query("BEGIN");
  const wasThere = (await shapeOf(client, inputs.table)) !== undefined;
  if (wasThere) await reshape(client, inputs.table, former, wanted);
  else await client.query(inputs.ddl);
  return wasThere;
}

/** The table as the definition that was last applied gave it, and as it is to be. */
async function shapes(client: pg.Client, state: TableInputs | undefined, { table, ddl }: TableInputs) {
  const wanted = await shapeMeantBy(client, table, ddl);
  if (state === undefined) return { former: undefined, wanted };
  const former = state.ddl === ddl ? wanted : await shapeMeantBy(client, state.table, state.ddl);
  return { former, wanted };
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
    `the table ${table} holds ${count === 1 ? "a row" : `${count} rows`}, and its new definition cannot be had without ` +
      `dropping it (${why}). Nothing was changed. Take the change of the definition back; or allow the table to be ` +
      `dropped with its rows and created anew, by ${replaceSetting}`,
  );
}

const comparable = (shape: Shape | undefined) => shape && [[...shape.columns], [...shape.constraints]];
