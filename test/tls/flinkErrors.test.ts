import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KafkaConnection } from "../../clients/kafka/client.ts";
import type { PostgresConnection } from "../../clients/postgres/connection.ts";
import type { PipelineName } from "../../components/pipelines.ts";
import { EXPIRED_ON, testCertificates } from "../support/certificates.ts";
import { pipelineJob, problemOf } from "../support/secureJobs.ts";
import { SecureKafka } from "../support/secureKafka.ts";
import { SecurePostgres } from "../support/securePostgres.ts";
import { activeJobs } from "../support/sqlJobs.ts";

const certificates = testCertificates();
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
  await kafka.createTopics("cpu_load_stats_real", "cpu_load_stats_real_filter");
});
afterAll(async () => {
  await kafka?.remove();
  await postgres?.remove();
  await expired?.remove();
  await misnamed?.remove();
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
