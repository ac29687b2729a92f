import { ServiceUnreachable, UserError } from "../../lib/userError.ts";
import { badPassword, notAllowed } from "../accessProblems.ts";
import { tlsProblem } from "../tlsProblem.ts";
import type { Deadlines, PostgresConnection } from "./connection.ts";

/** PostgreSQL does not let us in, or not do what we ask for. The message says what to do. */
export class PostgresRefusal extends UserError {
  override readonly name = "PostgresRefusal";
}

/** The server does not answer, or has ended the connection. */
export class PostgresUnreachable extends ServiceUnreachable {
  override readonly name = "PostgresUnreachable";

  constructor(
    server: string,
    /** Node's or PostgreSQL's own, such as ECONNREFUSED; undefined where pg gave up by itself. */
    readonly code: string | undefined,
    cause: Error,
    reason = code ?? cause.message,
  ) {
    super(`${server} does not answer (${reason})`, { cause });
  }
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const INVALID_PASSWORD = "28P01";
const INVALID_AUTHORIZATION = "28000";
const INSUFFICIENT_PRIVILEGE = "42501";
const UNKNOWN_DATABASE = "3D000";
const LOCK_NOT_AVAILABLE = "55P03";
const QUERY_CANCELED = "57014";

export const isLockTimeout = (error: unknown) =>
  error instanceof Error && (error as { code?: string }).code === LOCK_NOT_AVAILABLE;

const AWAY =
  /^(ECONN(REFUSED|RESET|ABORTED)|E(HOST|NET)UNREACH|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|57P0[123]|08\w{3})$/;
/** What pg says by itself, without a code. */
const CUT_OFF =
  /^(Connection terminated|timeout expired|Query read timeout|Client has encountered a connection error)/;

/** What a client was willing to wait for. */
interface Patience {
  readonly deadlines: Deadlines;
  /** Who holds the lock that was waited for, in words; empty where that is not known. */
  readonly holders?: string;
}

/** What an error of pg means to a user, as an error that says so; any other error as it is. */
export function userErrorOf(error: unknown, connection: PostgresConnection, patience?: Patience): unknown {
  const problem = postgresProblem(error, connection) ?? (patience && tooSlow(error, connection, patience));
  if (problem !== undefined) return new PostgresRefusal(problem, { cause: error });
  if (!(error instanceof Error)) return error;
  const { code, message } = error as Error & { code?: string };
  const away = code === undefined ? CUT_OFF.test(message) : AWAY.test(code);
  if (!away) return error;
  const server = `PostgreSQL at ${connection.host}:${connection.port}`;
  return new PostgresUnreachable(server, code, error, silenceOf(message, patience?.deadlines));
}

/** What took longer than it may, in words. */
function tooSlow(
  error: unknown,
  { host, port }: PostgresConnection,
  { deadlines: { lock, statement }, holders = "" }: Patience,
): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const server = `PostgreSQL at ${host}:${port}`;
  switch ((error as { code?: string }).code) {
    case LOCK_NOT_AVAILABLE:
      return `${server} did not get a lock within ${lock / 1000} s: ${holders || "another session holds it; pg_locks says which"}`;
    case QUERY_CANCELED:
      return `${server} gave a statement up that took longer than ${statement / 1000} s: try again when it has less to do`;
    default:
      return undefined;
  }
}

/** How long nothing came, where pg gave up for that. */
function silenceOf(message: string, deadlines: Deadlines | undefined): string | undefined {
  const ms = { "timeout expired": deadlines?.connect, "Query read timeout": deadlines?.statement }[message];
  return ms === undefined ? undefined : `nothing came within ${ms / 1000} s`;
}

/**
 * What PostgreSQL refuses, in words.
 *
 * @returns undefined for everything else, such as a server that is away or a statement that is wrong
 */
export function postgresProblem(
  error: unknown,
  { host, port, user, database, tls }: PostgresConnection,
): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, message } = error as Error & { code?: string };
  const server = `PostgreSQL at ${host}:${port}`;
  switch (code) {
    case INVALID_PASSWORD:
      return badPassword(server, user);
    case INVALID_AUTHORIZATION:
      return tls === undefined && message.endsWith("no encryption")
        ? `${server} lets in over TLS only: give its certificate authority`
        : `${server} does not let ${user} in: ${message}`;
    case INSUFFICIENT_PRIVILEGE:
      return notAllowed(server, user, "do that", message);
    case UNKNOWN_DATABASE:
      return `${server} has no database ${database}: check the name`;
    default:
      return tlsProblem(server, { code, message });
  }
}
