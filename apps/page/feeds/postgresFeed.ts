import type pg from "pg";
import { withPostgres } from "../../../clients/postgres/client.ts";
import type { Deadlines, PostgresConnection } from "../../../clients/postgres/connection.ts";
import { quoted } from "../../../clients/postgres/names.ts";
import { pause } from "../../../lib/timing.ts";
import type { Silence } from "../model/silences.ts";
import type { World } from "../model/world.ts";
import type { Attention } from "./attention.ts";

const epochMs = (column: string) => `(extract(epoch FROM ${column}) * 1000)::float8`;

const PACE = { watchedMs: 1_000, aloneMs: 10_000 };
const AGAIN_MS = 1_000;
const LOOKING: Deadlines = { connect: 3_000, lock: 2_000, statement: 3_000 };

/** Keeps thresholds, silences, and whether PostgreSQL answers up to date until the signal is aborted. */
export async function feedFromPostgres(
  connection: PostgresConnection,
  { thresholdTable, silenceTable }: { readonly thresholdTable: string; readonly silenceTable: string },
  world: World,
  attention: Attention,
  signal: AbortSignal,
  help: string,
): Promise<void> {
  const look = async (client: pg.Client) => {
    const { rows } = await client.query<{ hostname: string; value: number }>(
      `SELECT hostname, allowed_top::numeric AS value FROM ${quoted(thresholdTable)} ORDER BY hostname LIMIT 10000`,
    );
    world.thresholds.replace(rows, Date.now());
    const silences = await client.query<Silence>(
      `SELECT id::text, hostname, cpu, rule, ${epochMs("until")} AS until, reason, ${epochMs("created_at")} AS "createdAt"
       FROM ${quoted(silenceTable)} WHERE until > now() ORDER BY until LIMIT 1000`,
    );
    world.silences = silences.rows;
    world.parts.up("PostgreSQL");
  };
  while (!signal.aborted) {
    try {
      await withPostgres(connection, (client) => attention.repeat(() => look(client), PACE, signal), LOOKING);
    } catch (error) {
      world.parts.down("PostgreSQL", error instanceof Error ? error.message : String(error), help);
    }
    await pause(AGAIN_MS, signal);
  }
}
