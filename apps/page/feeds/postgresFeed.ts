import type pg from "pg";
import { withPostgres } from "../../../clients/postgres/client.ts";
import type { Deadlines, PostgresConnection } from "../../../clients/postgres/connection.ts";
import { quoted } from "../../../clients/postgres/names.ts";
import { pause } from "../../../lib/timing.ts";
import { byOurClock, SECONDS_LEFT, type SecondsLeft } from "../../shared/silences.ts";
import type { Silence } from "../model/silences.ts";
import type { HostThreshold } from "../model/thresholds.ts";
import type { World } from "../model/world.ts";
import type { Attention } from "./attention.ts";

/** As many as the memory of the page's server allows. */
const MOST_THRESHOLDS = 120_000;
const MOST_SILENCES = 10_000;

/** Changes whenever rows do. */
interface Marks {
  readonly thresholds: string;
  readonly silences: string;
}

/**
 * The number of rows, and the sum of the transactions that wrote them: newer ones have higher numbers. For 100,000 rows,
 * that takes a fraction of the time that it takes to read them.
 */
const markOf = (rows: string) =>
  `SELECT count(*) || '/' || coalesce(sum(xmin::text::bigint), 0) FROM ${rows}`;

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
  const thresholds = quoted(thresholdTable);
  const silences = `${quoted(silenceTable)} WHERE until > now()`;
  const follow = async (client: pg.Client) => {
    let seen: Marks | undefined;
    const look = async () => {
      const {
        rows: [marks],
      } = await client.query<Marks>(
        `SELECT (${markOf(thresholds)}) AS thresholds, (${markOf(silences)}) AS silences`,
      );
      if (marks?.thresholds !== seen?.thresholds) {
        const read = await client.query<HostThreshold>(
          `SELECT hostname, allowed_top::numeric AS value FROM ${thresholds}
           ORDER BY hostname COLLATE "C" LIMIT ${MOST_THRESHOLDS}`,
        );
        world.thresholds.replace(read.rows, Date.now(), Number(marks?.thresholds.split("/")[0]));
      }
      if (marks?.silences !== seen?.silences) {
        const read = await client.query<Omit<Silence, "until"> & SecondsLeft>(
          `SELECT id::text, hostname, cpu, rule, reason, ${SECONDS_LEFT} AS left
           FROM ${silences} ORDER BY until LIMIT ${MOST_SILENCES}`,
        );
        world.silences = read.rows.map((row) => byOurClock(row, Date.now()));
      }
      seen = marks;
      world.parts.up("PostgreSQL");
    };
    await attention.repeat(look, PACE, signal);
  };
  while (!signal.aborted) {
    try {
      await withPostgres(connection, follow, LOOKING);
    } catch (error) {
      world.parts.down("PostgreSQL", error instanceof Error ? error.message : String(error), help);
    }
    await pause(AGAIN_MS, signal);
  }
}
