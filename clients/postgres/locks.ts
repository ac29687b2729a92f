import type pg from "pg";
import { printable } from "../../lib/printable.ts";

/** A session holding locks that others are waiting for, or might. */
export interface LockHolder {
  readonly pid: number;
  readonly user: string;
  /** Its application name, such as psql; may be empty. */
  readonly application: string;
  readonly client: string;
  /** When its transaction began, UTC. */
  readonly since: string;
  /** Its newest statement. */
  readonly statement: string;
  /** The tables that it has locked. */
  readonly tables: readonly string[];
  /** How many sessions are waiting for it, and their application names. */
  readonly waiting: number;
  readonly waitingApplications: readonly string[];
}

/**
 * The sessions that others are waiting for; if nobody is waiting any more, those that hold locks in a transaction
 * older than `ms`.
 */
export async function lockHolders(client: pg.Client, ms: number): Promise<LockHolder[]> {
  const { rows } = await client.query<LockHolder>(HOLDERS, [ms / 1000]);
  const blocking = rows.filter(({ waiting }) => waiting > 0);
  return blocking.length > 0 ? blocking : rows;
}

// A session that is itself waiting is part of the queue, not its cause.
const HOLDERS = `
  SELECT pid, usename AS user, application_name AS application, coalesce(host(client_addr), 'this machine') AS client,
    to_char(xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') AS since,
    regexp_replace(trim(query), '\\s+', ' ', 'g') AS statement, tables, waiting, "waitingApplications"
  FROM pg_stat_activity AS holder
  CROSS JOIN LATERAL (
    SELECT array_agg(DISTINCT relation::regclass::text) AS tables
    FROM pg_locks JOIN pg_class ON pg_class.oid = relation
    WHERE pg_locks.pid = holder.pid AND granted AND relkind IN ('r', 'p') AND pg_class.oid >= 16384
  ) AS locked
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS waiting,
      coalesce(array_agg(DISTINCT application_name) FILTER (WHERE application_name <> ''), '{}') AS "waitingApplications"
    FROM pg_stat_activity AS queued WHERE holder.pid = ANY (pg_blocking_pids(queued.pid))
  ) AS queue
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND tables IS NOT NULL
    AND cardinality(pg_blocking_pids(pid)) = 0
    AND (waiting > 0 OR xact_start < now() - make_interval(secs => $1))
  ORDER BY xact_start`;

/** Describes what is locked, by whom, since when, and how to end it, for a terminal; one sentence per session. */
export function describeHolders(
  holders: readonly Omit<LockHolder, "waiting" | "waitingApplications">[],
): string {
  return holders
    .map(({ pid, user, application, client, since, statement, tables }) => {
      const who = [`user ${user}`, ...(application === "" ? [] : [application]), `from ${client}`].join(", ");
      return printable(
        `${tables.join(", ")} is locked by the session with pid ${pid} (${who}), in a transaction that has been ` +
          `open since ${since} UTC; its last statement: ${statement}. End the transaction there (COMMIT or ROLLBACK), ` +
          `or the session by: SELECT pg_terminate_backend(${pid})`,
      );
    })
    .join(". ");
}
