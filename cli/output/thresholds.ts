import { withPostgres } from "../../clients/postgres/client.ts";
import type { Deadlines, PostgresConnection } from "../../clients/postgres/connection.ts";
import { describeHolders, lockHolders } from "../../clients/postgres/locks.ts";
import { quoted } from "../../clients/postgres/names.ts";
import { printable } from "../../lib/printable.ts";
import type { Report } from "../../lib/section.ts";
import { thresholdProblem } from "../../provider/postgres/thresholdFit.ts";

/** For reading only. With the wait for an answer and the goodbye, a statement ends before `status` gives up on it. */
export const LOOKING: Deadlines = { connect: 5_000, lock: 3_000, statement: 5_500 };

const SHOWN = 20;

/**
 * The lowest thresholds that are in force, and how many there are besides, or why the pipelines cannot read them.
 *
 * @param thresholdTable with its schema or without
 */
export function describeThresholds(postgres: PostgresConnection, thresholdTable: string): Promise<Report> {
  return withPostgres(
    postgres,
    async (client) => {
      const problem = await thresholdProblem(client, thresholdTable);
      if (problem !== undefined) return { rows: [], troubles: [problem] };
      const { rows } = await client.query<Threshold>(
        `SELECT hostname, allowed_top::numeric, (SELECT count(*)::int FROM ${quoted(thresholdTable)}) AS total
         FROM ${quoted(thresholdTable)} ORDER BY allowed_top, hostname LIMIT ${SHOWN}`,
      );
      return thresholdReport(rows);
    },
    LOOKING,
  );
}

interface Threshold {
  readonly hostname: string;
  /** In percent. */
  readonly allowed_top: number;
  /** How many thresholds there are. */
  readonly total: number;
}

/** The part of a status report about these thresholds. */
export function thresholdReport(thresholds: readonly Threshold[]): Report {
  const more = (thresholds[0]?.total ?? 0) - thresholds.length;
  return {
    rows: thresholds.map(({ hostname, allowed_top }) => [printable(hostname), String(allowed_top)]),
    notes: more > 0 ? [`and ${more.toLocaleString("en-GB")} further hosts`] : [],
    troubles: [],
  };
}

/** The sessions that block others, such as the lookups of pipelines. */
export function describeLocks(postgres: PostgresConnection): Promise<Report> {
  return withPostgres(
    postgres,
    async (client) => {
      const holders = (await lockHolders(client, 0)).filter(({ waiting }) => waiting > 0);
      const troubles = holders.map(({ waiting, waitingApplications, ...holder }) => {
        const names = waitingApplications.length > 0 ? ` (${printable(waitingApplications.join(", "))})` : "";
        const sessions = waiting === 1 ? "a session waits" : `${waiting} sessions wait`;
        return `${sessions} for a lock${names}: ${describeHolders([holder])}`;
      });
      return { rows: [], troubles };
    },
    LOOKING,
  );
}
