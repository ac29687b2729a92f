import pg from "pg";
import { quoted } from "../../clients/postgres/names.ts";
import { type Column, INSUFFICIENT_PRIVILEGE, type Shape, shapeOf } from "./shape.ts";

/** A change that requires a new table. The message says why. */
export class Unfit extends Error {}

/**
 * Changes an existing table from the shape that we last gave it to the wanted one, in the caller's transaction. Only
 * the difference between the two is applied: changes and additions by others stay.
 *
 * @param former the shape that we gave it; if undefined, missing columns are added and nothing else changes
 * @throws Unfit if the rows, or the change itself, require a new table
 * @throws if the table lacks a column that we gave it
 */
export async function reshape(
  client: pg.Client,
  table: string,
  former: Shape | undefined,
  wanted: Shape,
): Promise<void> {
  const alter = (action: string) => attempt(client, `ALTER TABLE ${quoted(table)} ${action}`);
  const now = await shapeOf(client, table);
  if (now === undefined) throw new Error(`there is no table ${table}`);
  for (const [definition, name] of now.constraints) {
    const isObsolete = former?.constraints.has(definition) && !wanted.constraints.has(definition);
    if (isObsolete) await alter(`DROP CONSTRAINT ${pg.escapeIdentifier(name)}`);
  }
  for (const name of former?.columns.keys() ?? []) {
    if (!wanted.columns.has(name) && now.columns.has(name)) throw new Unfit(`the column ${name} is removed`);
  }
  for (const column of wanted.columns.values()) {
    const [there, was] = [now.columns.get(column.name), former?.columns.get(column.name)];
    if (there !== undefined) await change(client, table, { there, was: was ?? column, wanted: column });
    else if (was === undefined) await alter(`ADD COLUMN ${definitionOf(column)}`);
    else throw new Error(lacks(table, column));
  }
  if (former === undefined) return;
  const { constraints = new Map() } = (await shapeOf(client, table)) ?? {};
  for (const definition of wanted.constraints.keys()) {
    const isNew = !former.constraints.has(definition) && !constraints.has(definition);
    if (isNew) await alter(`ADD ${definition}`);
  }
}

interface Change {
  readonly there: Column;
  readonly was: Column;
  readonly wanted: Column;
}

async function change(client: pg.Client, table: string, { there, was, wanted }: Change): Promise<void> {
  const name = pg.escapeIdentifier(wanted.name);
  const alter = (action: string) =>
    attempt(client, `ALTER TABLE ${quoted(table)} ALTER COLUMN ${name} ${action}`);
  /** Whether the definition changes the property and nobody else has changed it. */
  const changes = (key: keyof Column) => was[key] !== wanted[key] && there[key] === was[key];
  if (changes("generated")) throw new Unfit(`the column ${wanted.name} is computed in another way`);
  const hasDefault = there.default !== null;
  if (changes("type")) {
    await requireLossless(client, table, there, wanted);
    // The old default may not fit the new type.
    if (hasDefault) await alter("DROP DEFAULT");
    await alter(`TYPE ${wanted.type} USING ${name}::${wanted.type}`);
  }
  if (changes("default") || (changes("type") && hasDefault)) {
    await alter(wanted.default === null ? "DROP DEFAULT" : `SET DEFAULT ${wanted.default}`);
  }
  if (changes("notNull")) await alter(`${wanted.notNull ? "SET" : "DROP"} NOT NULL`);
}

/** Checks that every value stays the same when converted and converted back. */
async function requireLossless(client: pg.Client, table: string, from: Column, to: Column): Promise<void> {
  const name = pg.escapeIdentifier(from.name);
  const lost = await attempt(
    client,
    `SELECT 1 FROM ${quoted(table)} WHERE ${name}::${to.type}::${from.type} IS DISTINCT FROM ${name} LIMIT 1`,
  );
  if (lost.length > 0) {
    throw new Unfit(`the column ${from.name} cannot become ${to.type} from ${from.type} without loss`);
  }
}

/** Bad data, a violated constraint, a dependent object, an unsupported or impossible change. */
const REFUSED = /^(22|23|2B|0A|42)/;

async function attempt(client: pg.Client, statement: string): Promise<unknown[]> {
  try {
    return (await client.query(statement)).rows;
  } catch (error) {
    const { code = "", message } = error as Error & { code?: string };
    if (!REFUSED.test(code) || code === INSUFFICIENT_PRIVILEGE) throw error;
    throw new Unfit(message, { cause: error });
  }
}

function definitionOf({ name, type, notNull, default: value, generated }: Column): string {
  return [
    pg.escapeIdentifier(name),
    type,
    ...(value === null ? [] : [`DEFAULT ${value}`]),
    ...(generated === "" ? [] : [generated]),
    ...(notNull ? ["NOT NULL"] : []),
  ].join(" ");
}

const lacks = (table: string, { name, type }: Column) =>
  `the table ${table} lacks the column ${name} (${type}), which its definition has: somebody has dropped or renamed it. ` +
  `Rename it back (ALTER TABLE ${table} RENAME COLUMN … TO ${name}) or add it (ALTER TABLE ${table} ADD COLUMN ${name} ${type})`;
