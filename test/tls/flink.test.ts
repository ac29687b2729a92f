import { createPrivateKey } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encode, type Reading } from "../../apps/generator/readings.ts";
import type { KafkaConnection } from "../../clients/kafka/client.ts";
import { withPostgres } from "../../clients/postgres/client.ts";
import type { PostgresConnection } from "../../clients/postgres/connection.ts";
import { readSql } from "../../components/pipelineSql.ts";
import type { PipelineName } from "../../components/pipelines.ts";
import { grantHandler, type Privilege } from "../../provider/postgres/grant.ts";
import { EXPIRED_ON, testCertificates } from "../support/certificates.ts";
import { pipelineJob, problemOf } from "../support/secureJobs.ts";
import { SecureKafka } from "../support/secureKafka.ts";
import { SecurePostgres } from "../support/securePostgres.ts";
import { activeJobs, cancelAll, create, failureOf } from "../support/sqlJobs.ts";
import { consume, produce, until } from "../support/topics.ts";

const certificates = testCertificates();
const jobs: string[] = [];
let kafka: SecureKafka;
let postgres: SecurePostgres;
let expired: SecurePostgres;
let misnamed: SecurePostgres;
let flink: PostgresConnection;

beforeAll(async () => {
  kafka = await SecureKafka.start({ certificates });
  postgres = await SecurePostgres.start(certificates);
  expired = await SecurePostgres.start({ ...certificates, server: certificates.expired });
  misnamed = await SecurePostgres.start({ ...certificates, server: certificates.misnamed });
  flink = await postgres.createFlink();
  await kafka.createTopics(SOURCE, "cpu_load_stats_real_filter", "cpu_load_stats_real_filter_pg");
  await query(postgres.owner, readSql("postgres/cpu_thresholds.sql"));
  await query(postgres.owner, readSql("postgres/cpu_load_stats_agg_pg.sql"));
  await query(postgres.owner, "INSERT INTO cpu_thresholds VALUES ('doc', 20), ('happy', 70)");
  const messages = readings.map((reading) => ({ value: encode(reading) }));
  await produce(kafka.connectionFor("generator"), SOURCE, messages);
});
afterAll(async () => {
  await cancelAll(jobs);
  await kafka?.remove();
  await postgres?.remove();
  await expired?.remove();
  await misnamed?.remove();
});

const SOURCE = "cpu_load_stats_real";
const query = (connection: PostgresConnection, sql: string) =>
  withPostgres(connection, async (client) => (await client.query(sql)).rows);

/** A job on the shared Flink, by default as the user flink. */
function job(name: PipelineName, services: { kafka?: KafkaConnection; postgres?: PostgresConnection } = {}) {
  const inputs = pipelineJob(name, { kafka: kafka.connectionFor("flink"), postgres: flink, ...services });
  jobs.push(inputs.job);
  return inputs;
}

// Two windows of 30 s, and a reading that lets both end: the watermark is 10 s behind.
const WINDOW_MS = 30_000;
const begin = Math.floor(Date.now() / WINDOW_MS) * WINDOW_MS - 10 * WINDOW_MS;
const reading = (hostname: string, usage: number, second: number): Reading => ({
  hostname,
  cpu: "cpu1",
  usage,
  occurredAt: begin + second * 1_000,
});
const readings = [
  reading("doc", 25, 1),
  reading("happy", 90, 2),
  reading("happy", 60, 31),
  reading("doc", 10, 32),
  reading("sneezy", 99, 110),
];

/** The usages in an output topic, once there are this many. */
async function usages(topic: string, count: number): Promise<unknown[]> {
  const rows = await consume(kafka.connectionFor("dashboard"), topic, { atLeast: count });
  return rows.map(({ usage }) => usage).sort();
}

describe("a user with SELECT on the thresholds and SELECT, INSERT and UPDATE on the counts", () => {
  it("lacks a privilege that was not granted, and the job reports it", async () => {
    expect(await problemOf(job("countOverThreshold"))).toBe(
      `PostgreSQL at 127.0.0.1:${flink.port} does not allow flink to do what the job needs ` +
        "(PSQLException: ERROR: permission denied for table cpu_thresholds): grant the user that permission",
    );
  });

  it("has everything that the pipelines need", async () => {
    const grant = (table: string, privileges: readonly Privilege[]) =>
      grantHandler.create({ connection: postgres.owner, role: "flink", table, privileges }, "name");
    await grant("cpu_thresholds", ["SELECT"]);
    await grant("cpu_load_stats_agg_pg", ["SELECT", "INSERT", "UPDATE"]);
    await Promise.all([create(job("thresholdFilter")), create(job("countOverThreshold"))]);
    expect(await usages("cpu_load_stats_real_filter_pg", 2)).toEqual([25, 90]);
    const count = () =>
      query(
        postgres.owner,
        "SELECT nr_cpus_over_threshold::int AS n FROM cpu_load_stats_agg_pg ORDER BY time_ltz",
      );
    await until(async () => (await count()).length >= 2, "two windows");
    expect(await count()).toEqual([{ n: 2 }, { n: 0 }]);
  });

  it("cannot change the thresholds", async () => {
    const server = `PostgreSQL at 127.0.0.1:${flink.port}`;
    for (const sql of ["DELETE FROM cpu_thresholds", "UPDATE cpu_thresholds SET allowed_top = 100"]) {
      expect(await failureOf(query(flink, sql))).toBe(
        `${server} does not allow flink to do that (permission denied for table cpu_thresholds): grant the user that permission`,
      );
    }
    expect(await query(flink, "SELECT count(*)::int AS n FROM cpu_thresholds")).toEqual([{ n: 2 }]);
  });
});

describe("the filter runs", () => {
  it("with a password, and with a client certificate whose key has the older format", async () => {
    const { bootstrapServers, security } = kafka.connectionFor("flink", "SSL");
    if (security.protocol !== "SSL") throw new Error("the listener SSL takes certificates");
    const key = createPrivateKey(security.key).export({ type: "pkcs1", format: "pem" }).toString();
    const withKey = { kafka: { bootstrapServers, security: { ...security, key } } };
    await Promise.all([create(job("filter")), create(job("filter", withKey))]);
    expect(await usages("cpu_load_stats_real_filter", 4)).toEqual([90, 90, 99, 99]);
  });
});

const byPassword = (change: object) => withSecurity(kafka.connectionFor("flink"), change);
const byCertificate = (change: object) => withSecurity(kafka.connectionFor("flink", "SSL"), change);
const withSecurity = ({ bootstrapServers, security }: KafkaConnection, change: object) =>
  ({ bootstrapServers, security: { ...security, ...change } }) as KafkaConnection;

const UNKNOWN_AUTHORITY =
  "presents a certificate that was not signed by the given certificate authority: give the CA certificate of the project that the server belongs to";
const EXPIRED = `has expired on ${EXPIRED_ON.toISOString().slice(0, 10)}: renew it, or correct the clock of this machine`;
const MISNAMED = "presents a certificate for another host name: check the address";
const BAD_PASSWORD =
  "does not accept the user name and password of flink: check both, and that the user exists";

describe("a job on a Flink that we run reports in one sentence what is wrong with Kafka:", () => {
  it.concurrent.each<[string, () => KafkaConnection, (server: string, job: string) => string]>([
    [
      "a foreign certificate authority",
      () => byPassword({ ca: certificates.foreign.ca }),
      (server) => `${server} ${UNKNOWN_AUTHORITY}`,
    ],
    [
      "an expired certificate",
      () => kafka.connectionFor("flink", "EXPIRED"),
      (server) => `the certificate of ${server} ${EXPIRED}`,
    ],
    [
      "a certificate of another server",
      () => kafka.connectionFor("flink", "MISNAMED"),
      (server) => `${server} ${MISNAMED}`,
    ],
    ["a wrong password", () => byPassword({ password: "wrong" }), (server) => `${server} ${BAD_PASSWORD}`],
    [
      "a foreign client certificate",
      () => byCertificate(certificates.foreign.client("flink")),
      (server) =>
        `${server} does not accept the client certificate: use one that was signed by the server's certificate authority and has not expired`,
    ],
    [
      "a user who may not read by a consumer group",
      () => kafka.connectionFor("generator"),
      (server, job) =>
        `${server} does not allow generator to do what the job needs (GroupAuthorizationException: Not authorized to access group: ${job}): grant the user that permission`,
    ],
    [
      "a user who may not see the topic",
      () => kafka.connectionFor("stranger"),
      (server) =>
        `${server} does not allow stranger to use the topic cpu_load_stats_real (TopicAuthorizationException: Topic authorization failed.): grant the user that permission`,
    ],
  ])("%s", async (_what, connectionOf, sentence) => {
    const connection = connectionOf();
    await fails("filter", connection, flink, (job) =>
      sentence(`Kafka at ${connection.bootstrapServers}`, job),
    );
  });
});

describe("a job on a Flink that we run reports in one sentence what is wrong with PostgreSQL:", () => {
  it.concurrent.each<[string, () => PostgresConnection, (server: string) => string]>([
    [
      "a foreign certificate authority",
      () => ({ ...flink, tls: { ca: certificates.foreign.ca } }),
      (server) => `${server} ${UNKNOWN_AUTHORITY}`,
    ],
    ["an expired certificate", () => expired.owner, (server) => `the certificate of ${server} ${EXPIRED}`],
    ["a certificate of another server", () => misnamed.owner, (server) => `${server} ${MISNAMED}`],
    ["a wrong password", () => ({ ...flink, password: "wrong" }), (server) => `${server} ${BAD_PASSWORD}`],
  ])("%s", async (_what, connectionOf, sentence) => {
    const connection = connectionOf();
    const server = `PostgreSQL at ${connection.host}:${connection.port}`;
    await fails("thresholdFilter", kafka.connectionFor("flink"), connection, () => sentence(server));
  });
});

/** A job fails with a sentence, and nothing of it keeps running. */
async function fails(
  name: PipelineName,
  kafkaConnection: KafkaConnection,
  postgresConnection: PostgresConnection,
  sentence: (job: string) => string,
): Promise<void> {
  const inputs = pipelineJob(name, { kafka: kafkaConnection, postgres: postgresConnection });
  expect(await problemOf(inputs)).toBe(sentence(inputs.job));
  expect(await activeJobs(inputs.job)).toEqual([]);
}
