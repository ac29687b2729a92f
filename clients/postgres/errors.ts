import { ServiceUnreachable, UserError } from "../../lib/userError.ts";
import { badPassword, notAllowed } from "../accessProblems.ts";
import { tlsProblem } from "../tlsProblem.ts";
import { ANSWER_MS, type Deadlines, type PostgresConnection } from "./connection.ts";

/** PostgreSQL rejects us or our request. The message says what to do. */
export class PostgresRefusal extends UserError {
  override readonly name = "PostgresRefusal";
}

/** The server does not answer, or has closed the connection. */
export class PostgresUnreachable extends ServiceUnreachable {
  override readonly name = "PostgresUnreachable";

  constructor(
    server: string,
    /** Node's or PostgreSQL's code, such as ECONNREFUSED; undefined if pg itself gave up. */
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
const PROTOCOL_VIOLATION = "08P01";

export const isLockTimeout = (error: unknown) =>
  error instanceof Error && (error as { code?: string }).code === LOCK_NOT_AVAILABLE;

const AWAY =
  /^(ECONN(REFUSED|RESET|ABORTED)|E(HOST|NET)UNREACH|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|57P0[123]|08\w{3})$/;
/** Messages of errors from pg itself, which have no code. */
const CUT_OFF =
  /^(Connection terminated|timeout expired|Query read timeout|Client has encountered a connection error)/;

/** How long a client was willing to wait. */
interface Patience {
  readonly deadlines: Deadlines;
  /** Describes who holds the lock; empty if that is not known. */
  readonly holders?: string;
}

/** Turns a pg error into one for the user; returns any other error unchanged. */
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

/** Describes an exceeded deadline. */
function tooSlow(
  error: unknown,
  { host, port }: PostgresConnection,
  { deadlines: { lock, statement }, holders = "" }: Patience,
): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const server = `PostgreSQL at ${host}:${port}`;
  switch ((error as { code?: string }).code) {
    case LOCK_NOT_AVAILABLE:
      return `${server} did not get a lock within ${lock / 1000} s: ${holders || "another session holds it; pg_locks shows which"}`;
    case QUERY_CANCELED:
      return `${server} cancelled a statement that took longer than ${statement / 1000} s: try again when the server is less busy`;
    default:
      return undefined;
  }
}

/** How long pg waited, if it gave up for lack of an answer. */
function silenceOf(message: string, deadlines: Deadlines | undefined): string | undefined {
  if (deadlines === undefined) return undefined;
  const { connect, statement } = deadlines;
  const ms = { "timeout expired": connect, "Query read timeout": statement + ANSWER_MS }[message];
  return ms === undefined ? undefined : `no answer within ${ms / 1000} s`;
}

/**
 * Describes a refusal by PostgreSQL.
 *
 * @returns undefined for everything else, such as a server that is down or a statement that is wrong
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
        ? `${server} accepts connections over TLS only: set its certificate authority`
        : `${server} rejects the user ${user}: ${message}`;
    case INSUFFICIENT_PRIVILEGE:
      return notAllowed(server, user, "do that", message);
    case UNKNOWN_DATABASE:
      return `${server} has no database ${database}: check the name`;
    // PgBouncer answers so if it does not know a parameter of the session.
    case PROTOCOL_VIOLATION:
      return `${server} does not accept our session: ${message}`;
    default:
      return tlsProblem(server, { code, message });
  }
}
