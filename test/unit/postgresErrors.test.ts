import { describe, expect, it } from "vitest";
import {
  PostgresRefusal,
  PostgresUnreachable,
  postgresProblem,
  userErrorOf,
} from "../../clients/postgres/errors.ts";
import { dependentsIn } from "../../provider/postgres/dependents.ts";

const inTheClear = { host: "db", port: 1, database: "shop", user: "flink", password: "secret" };
const connection = { ...inTheClear, tls: { ca: "" } };

// As thrown by pg 8 in response to a real server.
const error = (message: string, code?: string) => Object.assign(new Error(message), { code });

describe("what PostgreSQL refuses", () => {
  it.each([
    [
      error("unable to verify the first certificate", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
      "PostgreSQL at db:1 presents a certificate that was not signed by the given certificate authority: give the CA certificate of the project that the server belongs to",
    ],
    [
      error("certificate has expired on Jan  5 13:00:00 2026 GMT", "CERT_HAS_EXPIRED"),
      "the certificate of PostgreSQL at db:1 has expired on 2026-01-05: renew it, or correct the clock of this machine",
    ],
    [
      error("The server does not support SSL connections"),
      "PostgreSQL at db:1 does not speak TLS: check the address and the port",
    ],
    [
      error('password authentication failed for user "flink"', "28P01"),
      "PostgreSQL at db:1 does not accept the user name and password of flink: check both, and that the user exists",
    ],
    [
      error(
        'no pg_hba.conf entry for host "127.0.0.1", user "flink", database "shop", SSL encryption',
        "28000",
      ),
      'PostgreSQL at db:1 rejects the user flink: no pg_hba.conf entry for host "127.0.0.1", user "flink", database "shop", SSL encryption',
    ],
    [
      error("permission denied for table t", "42501"),
      "PostgreSQL at db:1 does not allow flink to do that (permission denied for table t): grant the user that permission",
    ],
    [
      error('database "shop" does not exist', "3D000"),
      "PostgreSQL at db:1 has no database shop: check the name",
    ],
    [
      error("unsupported startup parameter: statement_timeout", "08P01"),
      "PostgreSQL at db:1 does not accept our session: unsupported startup parameter: statement_timeout",
    ],
  ])("with %o is one sentence", (cause, sentence) => {
    expect(postgresProblem(cause, connection)).toBe(sentence);
    const refusal = userErrorOf(cause, connection);
    expect(refusal).toBeInstanceOf(PostgresRefusal);
    expect(refusal).toMatchObject({ message: sentence, cause });
  });

  it.each([
    [error("connect ECONNREFUSED 127.0.0.1:1", "ECONNREFUSED"), "ECONNREFUSED"],
    [error("terminating connection due to administrator command", "57P01"), "57P01"],
    [error("the database system is starting up", "57P03"), "57P03"],
    [error("Connection terminated unexpectedly"), "Connection terminated unexpectedly"],
    [error("timeout expired"), "timeout expired"],
  ])("does not include %o, after which PostgreSQL does not answer, with the reason", (cause, reason) => {
    expect(postgresProblem(cause, connection)).toBe(undefined);
    const unreachable = userErrorOf(cause, connection);
    expect(unreachable).toBeInstanceOf(PostgresUnreachable);
    expect(unreachable).toMatchObject({ message: `PostgreSQL at db:1 does not answer (${reason})`, cause });
    // What an `up` does while a server is down depends on the code.
    expect(unreachable).toMatchObject({ code: (cause as { code?: string }).code });
  });

  it("includes connections without TLS if it accepts only TLS", () => {
    const cause = error(
      'no pg_hba.conf entry for host "127.0.0.1", user "flink", database "shop", no encryption',
      "28000",
    );
    expect(postgresProblem(cause, inTheClear)).toBe(
      "PostgreSQL at db:1 accepts connections over TLS only: set its certificate authority",
    );
  });

  it.each([
    error('relation "t" does not exist', "42P01"),
    error('new row for relation "t" violates check constraint', "23514"),
    "a text",
  ])("is not %o", (other) => {
    expect(userErrorOf(other, connection)).toBe(other);
  });
});

it("what depends on a table or schema is named without a repetition of that table", () => {
  const detail = "view report depends on table results\nfunction acme.latest(integer) depends on schema acme";
  const refused = Object.assign(error("cannot drop", "2BP01"), { detail });
  expect(dependentsIn(refused)).toBe("view report, function acme.latest(integer)");
  expect(dependentsIn(error("permission denied", "42501"))).toBe(undefined);
});
