import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withPostgres } from "../../clients/postgres/client.ts";
import type { PostgresConnection } from "../../clients/postgres/connection.ts";
import { followTable } from "../../clients/results/followTable.ts";
import { readSql } from "../../components/pipelineSql.ts";
import { tableHandler } from "../../provider/postgres/table.ts";
import { thresholdTableHandler } from "../../provider/postgres/thresholdTable.ts";
import { EXPIRED_ON, testCertificates } from "../support/certificates.ts";
import { SecurePostgres } from "../support/securePostgres.ts";
import { failureOf } from "../support/sqlJobs.ts";

const certificates = testCertificates();
let postgres: SecurePostgres;
let expired: SecurePostgres;
let misnamed: SecurePostgres;
let flink: PostgresConnection;

beforeAll(async () => {
  postgres = await SecurePostgres.start(certificates);
  expired = await SecurePostgres.start({ ...certificates, server: certificates.expired });
  misnamed = await SecurePostgres.start({ ...certificates, server: certificates.misnamed });
  flink = await postgres.createFlink();
});
afterAll(async () => {
  await postgres?.remove();
  await expired?.remove();
  await misnamed?.remove();
});

const query = (connection: PostgresConnection, sql: string) =>
  withPostgres(connection, async (client) => (await client.query(sql)).rows);
const keeping = { replace: false, replaceSetting: "replaceTables: [t]" };
const thresholds = (connection: PostgresConnection) => ({
  connection,
  table: "cpu_thresholds",
  ddl: readSql("postgres/cpu_thresholds.sql"),
  rows: { doc: 20, grumpy: 30 },
  ...keeping,
});
const counts = (connection: PostgresConnection) => ({
  connection,
  table: "cpu_load_stats_agg_pg",
  ddl: readSql("postgres/cpu_load_stats_agg_pg.sql"),
  ...keeping,
});

describe("over TLS", () => {
  it.each(["127.0.0.1", "localhost"])(
    "the provider creates, changes and drops tables at %s",
    async (host) => {
      const connection = { ...postgres.owner, host };
      const { state } = await thresholdTableHandler.create(thresholds(connection), "name");
      const changed = { ...thresholds(connection), rows: { doc: 25 } };
      const updated = await thresholdTableHandler.update("id", state, changed);
      expect(await thresholdTableHandler.read("id", updated)).toMatchObject({ actual: { doc: 25 } });
      await thresholdTableHandler.delete("id", updated);
      expect(await thresholdTableHandler.read("id", updated)).toBe(undefined);

      const { state: table } = await tableHandler.create(counts(connection), "name");
      expect(await tableHandler.read("id", table)).toEqual(table);
      await tableHandler.delete("id", table);
      expect(await tableHandler.read("id", table)).toBe(undefined);
    },
  );

  it("the connection is encrypted", async () => {
    const ofThis = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    expect(await query(postgres.owner, ofThis)).toEqual([{ ssl: true }]);
  });
});

/** What is wrong, who connects and how, and the expected message. */
const mistakes: [string, () => PostgresConnection, (server: string) => string][] = [
  [
    "a foreign certificate authority",
    () => ({ ...postgres.owner, tls: { ca: certificates.foreign.ca } }),
    (server) =>
      `${server} presents a certificate that was not signed by the given certificate authority: give the CA certificate of the project that the server belongs to`,
  ],
  [
    "an expired certificate of the server",
    () => expired.owner,
    (server) =>
      `the certificate of ${server} has expired on ${EXPIRED_ON.toISOString().slice(0, 10)}: renew it, or correct the clock of this machine`,
  ],
  [
    "a certificate of another server",
    () => misnamed.owner,
    (server) => `${server} presents a certificate for another host name: check the address`,
  ],
  [
    "a wrong password",
    () => ({ ...postgres.owner, password: "wrong" }),
    (server) =>
      `${server} does not accept the user name and password of streaming: check both, and that the user exists`,
  ],
  [
    "no certificate authority at all",
    () => {
      const { tls, ...inTheClear } = postgres.owner;
      return inTheClear;
    },
    (server) => `${server} accepts connections over TLS only: set its certificate authority`,
  ],
  [
    "an unknown database",
    () => ({ ...postgres.owner, database: "nowhere" }),
    (server) => `${server} has no database nowhere: check the name`,
  ],
];

describe.each<[string, (connection: PostgresConnection) => Promise<unknown>]>([
  ["a new table", (connection) => tableHandler.create(counts(connection), "name")],
  // A server that is away leaves the state as it is; one that rejects us must not look like that.
  ["a refresh", (connection) => tableHandler.read("id", counts(connection))],
  [
    "a refresh of thresholds",
    (connection) => thresholdTableHandler.read("id", { ...thresholds(connection), actual: {} }),
  ],
  [
    "npm run watch",
    (connection) => {
      const options = { signal: AbortSignal.timeout(20_000), fromBeginning: true };
      return followTable(connection, "cpu_load_stats_agg_pg", options, () => {});
    },
  ],
])("%s ends at once", (_name, run) => {
  it.each(mistakes)("with one sentence at %s", async (_what, connectionOf, sentence) => {
    const connection = connectionOf();
    expect(await failureOf(run(connection))).toBe(
      sentence(`PostgreSQL at ${connection.host}:${connection.port}`),
    );
  });
});

it("a missing privilege is named with the user that lacks it", async () => {
  const { state } = await thresholdTableHandler.create(thresholds(postgres.owner), "name");
  const server = `PostgreSQL at ${flink.host}:${flink.port}`;
  expect(await failureOf(thresholdTableHandler.read("id", { ...state, connection: flink }))).toBe(
    `${server} does not allow flink to do that (permission denied for table cpu_thresholds): grant the user that permission`,
  );
  await thresholdTableHandler.delete("id", state);
});
