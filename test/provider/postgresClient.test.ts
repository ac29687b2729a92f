import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import pg from "pg";
import { afterEach, describe, expect, inject, it } from "vitest";
import { withPostgres } from "../../clients/postgres/client.ts";
import type { Deadlines } from "../../clients/postgres/connection.ts";
import { uniqueName } from "../support/names.ts";
import { failureOf } from "../support/sqlJobs.ts";
import { TcpProxy } from "../support/tcpProxy.ts";

const connection = inject("services").postgres;
const server = `PostgreSQL at ${connection.host}:${connection.port}`;
const deadlines: Deadlines = { connect: 3_000, lock: 1_500, statement: 3_000 };
/** Past PostgreSQL's limit of half a second for a statement, and a second more. */
const STANDSTILL_MS = 2_000;
const undo: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** Somebody using psql who has begun a transaction and left it open. */
async function operator(...statements: string[]): Promise<{ pid: number }> {
  const client = new pg.Client({ ...connection, application_name: "psql" });
  await client.connect();
  undo.push(() => client.end());
  for (const statement of statements) await client.query(statement);
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  // The newest statement that others see of that session.
  await client.query(statements.at(-1) ?? "SELECT 1");
  return rows[0] as { pid: number };
}

describe("a lock that is not released in time", () => {
  it("is named with its owner and how to end the owner's session", async () => {
    const table = uniqueName("locked");
    await withPostgres(connection, (client) => client.query(`CREATE TABLE ${table} (a INT)`));
    undo.push(() => withPostgres(connection, (client) => client.query(`DROP TABLE ${table}`)));
    const statement = `LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`;
    const { pid } = await operator("BEGIN", statement);
    const error = await failureOf(
      withPostgres(connection, (client) => client.query(`SELECT * FROM ${table}`), deadlines),
    );
    expect(error.replace(/since \S+ \S+ UTC/, "since THEN UTC")).toBe(
      `${server} did not get a lock within 1.5 s: ${table} is locked by the session with pid ${pid} ` +
        `(user ${connection.user}, psql, from 127.0.0.1), in a transaction that has been open since THEN UTC; ` +
        `its last statement: ${statement}. End the transaction there (COMMIT or ROLLBACK), ` +
        `or the session by: SELECT pg_terminate_backend(${pid})`,
    );
  });
});

describe("an operation that takes too long", () => {
  it("is cancelled if it is a statement", async () => {
    const error = await failureOf(
      withPostgres(connection, (client) => client.query("SELECT pg_sleep(30)"), deadlines),
    );
    expect(error).toBe(
      `${server} cancelled a statement that took longer than 3 s: try again when the server is less busy`,
    );
  });

  it("is reported as cancelled even if this process stood still when the answer came", async () => {
    const error = await failureOf(
      withPostgres(
        connection,
        async (client) => {
          const answer = client.query("SELECT pg_sleep(30)");
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STANDSTILL_MS);
          await answer;
        },
        { ...deadlines, statement: 500 },
      ),
    );
    expect(error).toContain("cancelled a statement that took longer than 0.5 s");
  });

  it("is abandoned if an open connection no longer delivers anything", async () => {
    const proxy = await TcpProxy.start(connection.port);
    undo.push(() => proxy.close());
    const started = Date.now();
    const error = await failureOf(
      withPostgres(
        { ...connection, port: proxy.port },
        async (client) => {
          await client.query("SELECT 1");
          expect(proxy.halfOpen()).toBe(1);
          await client.query("SELECT 1");
        },
        deadlines,
      ),
    );
    expect(error).toBe(`PostgreSQL at 127.0.0.1:${proxy.port} does not answer (no answer within 6 s)`);
    expect(Date.now() - started).toBeLessThan(15_000);
  });

  it("does not delay closing a dead connection", async () => {
    const proxy = await TcpProxy.start(connection.port);
    undo.push(() => proxy.close());
    const result = await withPostgres({ ...connection, port: proxy.port }, async (client) => {
      const { rows } = await client.query("SELECT 1.5 AS number");
      proxy.halfOpen();
      return rows;
    });
    expect(result).toEqual([{ number: 1.5 }]);
  });

  it("is abandoned if a server accepts connections and never answers", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    undo.push(async () => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const error = await failureOf(
      withPostgres({ ...connection, port }, (client) => client.query("SELECT 1"), deadlines),
    );
    expect(error).toBe(`PostgreSQL at 127.0.0.1:${port} does not answer (no answer within 3 s)`);
  });
});
