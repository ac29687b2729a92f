import { ServiceUnreachable, UserError } from "../lib/userError.ts";
import type { PostgresConnection } from "./postgres.ts";
import { badPassword, notAllowed } from "./sentences.ts";
import { tlsProblem } from "./tlsErrors.ts";

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
  ) {
    super(`${server} does not answer (${code ?? cause.message})`, { cause });
  }
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const INVALID_PASSWORD = "28P01";
const INVALID_AUTHORIZATION = "28000";
const INSUFFICIENT_PRIVILEGE = "42501";
const UNKNOWN_DATABASE = "3D000";

const AWAY =
  /^(ECONN(REFUSED|RESET|ABORTED)|E(HOST|NET)UNREACH|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|57P0[123]|08\w{3})$/;
/** What pg says by itself, without a code. */
const CUT_OFF = /^(Connection terminated|timeout expired|Client has encountered a connection error)/;

/** What an error of pg means to a user, as an error that says so; any other error as it is. */
export function userErrorOf(error: unknown, connection: PostgresConnection): unknown {
  const problem = postgresProblem(error, connection);
  if (problem !== undefined) return new PostgresRefusal(problem, { cause: error });
  if (!(error instanceof Error)) return error;
  const { code, message } = error as Error & { code?: string };
  const away = code === undefined ? CUT_OFF.test(message) : AWAY.test(code);
  return away
    ? new PostgresUnreachable(`PostgreSQL at ${connection.host}:${connection.port}`, code, error)
    : error;
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
