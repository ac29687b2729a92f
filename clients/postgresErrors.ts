import type { PostgresConnection } from "./postgres.ts";
import { badPassword, notAllowed } from "./sentences.ts";
import { tlsProblem } from "./tlsErrors.ts";

/** PostgreSQL does not let us in, or not do what we ask for. The message says what to do, and needs no stack trace. */
export class PostgresRefusal extends Error {
  override readonly name = "PostgresRefusal";
}

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const INVALID_PASSWORD = "28P01";
const INVALID_AUTHORIZATION = "28000";
const INSUFFICIENT_PRIVILEGE = "42501";
const UNKNOWN_DATABASE = "3D000";

/** The refusal that an error of pg means, or the error itself. */
export function refusalOf(error: unknown, connection: PostgresConnection): unknown {
  const problem = postgresProblem(error, connection);
  return problem === undefined ? error : new PostgresRefusal(problem, { cause: error });
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
