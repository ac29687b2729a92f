import { describe, expect, it } from "vitest";
import { serviceProblem } from "../../provider/flink/serviceProblem.ts";

const TABLES = [
  `CREATE TABLE CPU_IN (message STRING) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = 'broker:1',
  'properties.sasl.jaas.config' = 'org.apache.kafka.common.security.scram.ScramLoginModule required username="reader" password="secret";'
)`,
  `CREATE TABLE CPU_THRESHOLDS (hostname STRING) WITH (
  'connector' = 'jdbc',
  'url' = 'jdbc:postgresql://db:2/shop?sslmode=verify-full',
  'username' = 'flink',
  'password' = 'secret'
)`,
];

// As reported by Flink 1.20, with most of the frames left out.
const kafka = (...causes: string[]) =>
  trace(
    "org.apache.flink.util.FlinkException: Global failure triggered by OperatorCoordinator for 'Source: CPU_IN[46] -> Calc[47]' (operator cbc357ccb763df2852fee8c4fc7d55f2).",
    "org.apache.flink.util.FlinkRuntimeException: Failed to list subscribed topic partitions due to ",
    "java.lang.RuntimeException: Failed to get metadata for topics [cpu_load_stats_real].",
    ...causes,
  );
const postgres = (...causes: string[]) =>
  trace("java.lang.IllegalArgumentException: open() failed.", ...causes);
const trace = (...causes: string[]) =>
  `${causes.join("\n\tat java.base/java.lang.Thread.run(Thread.java:840)\nCaused by: ")}\n`;

const HANDSHAKE = "org.apache.kafka.common.errors.SslAuthenticationException: SSL handshake failed";
const POST_HANDSHAKE =
  "org.apache.kafka.common.errors.SslAuthenticationException: Failed to process post-handshake messages";
const PATH =
  "sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target";
const NOT_AFTER = "java.security.cert.CertificateExpiredException: NotAfter: Mon Jan 05 13:00:00 UTC 2026";
const UNKNOWN_AUTHORITY =
  "presents a certificate that was not signed by the given certificate authority: give the CA certificate of the project that the server belongs to";
const EXPIRED = "has expired on 2026-01-05: renew it, or correct the clock of this machine";

describe("what a service refuses a job", () => {
  it.each([
    [
      kafka(HANDSHAKE, `javax.net.ssl.SSLHandshakeException: PKIX path building failed: ${PATH}`, PATH),
      `Kafka at broker:1 ${UNKNOWN_AUTHORITY}`,
    ],
    [kafka(HANDSHAKE, NOT_AFTER), `the certificate of Kafka at broker:1 ${EXPIRED}`],
    [
      kafka(POST_HANDSHAKE, "javax.net.ssl.SSLHandshakeException: Received fatal alert: bad_certificate"),
      "Kafka at broker:1 does not accept the client certificate: use one that was signed by the server's certificate authority and has not expired",
    ],
    [
      kafka(
        "org.apache.kafka.common.errors.SaslAuthenticationException: Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-256",
      ),
      "Kafka at broker:1 does not accept the user name and password of reader: check both, and that the user exists",
    ],
    [
      kafka(
        "java.util.concurrent.ExecutionException: org.apache.kafka.common.errors.TopicAuthorizationException: Topic authorization failed.",
        "org.apache.kafka.common.errors.TopicAuthorizationException: Topic authorization failed.",
      ),
      "Kafka at broker:1 does not allow reader to use the topic cpu_load_stats_real (TopicAuthorizationException: Topic authorization failed.): grant the user that permission",
    ],
    [
      kafka(
        HANDSHAKE,
        "java.security.cert.CertificateException: No subject alternative names matching IP address 127.0.0.1 found",
      ),
      "Kafka at broker:1 presents a certificate for another host name: check the address",
    ],
    [
      postgres(
        "org.postgresql.util.PSQLException: The hostname 127.0.0.1 could not be verified by hostnameverifier PgjdbcHostnameVerifier.",
      ),
      "PostgreSQL at db:2 presents a certificate for another host name: check the address",
    ],
    [
      kafka(
        "org.apache.kafka.common.errors.UnsupportedSaslMechanismException: Client SASL mechanism 'SCRAM-SHA-512' not enabled in the server, enabled mechanisms are [SCRAM-SHA-256]",
      ),
      "Kafka at broker:1 does not offer the SASL mechanism SCRAM-SHA-512: use one that it offers",
    ],
    [
      trace(
        "org.apache.kafka.common.errors.TransactionalIdAuthorizationException: Transactional Id authorization failed.",
      ),
      "Kafka at broker:1 does not allow reader to do what the job needs (TransactionalIdAuthorizationException: Transactional Id authorization failed.): grant the user that permission",
    ],
    [
      trace(
        "java.lang.RuntimeException: SplitFetcher thread 0 received unexpected exception while polling the records",
        "org.apache.kafka.common.errors.GroupAuthorizationException: Not authorized to access group: prod-filter",
      ),
      "Kafka at broker:1 does not allow reader to do what the job needs (GroupAuthorizationException: Not authorized to access group: prod-filter): grant the user that permission",
    ],
    [
      postgres(`org.postgresql.util.PSQLException: SSL error: PKIX path building failed: ${PATH}`, PATH),
      `PostgreSQL at db:2 ${UNKNOWN_AUTHORITY}`,
    ],
    [
      postgres("org.postgresql.util.PSQLException: SSL error: PKIX path validation failed", NOT_AFTER),
      `the certificate of PostgreSQL at db:2 ${EXPIRED}`,
    ],
    [
      postgres('org.postgresql.util.PSQLException: FATAL: password authentication failed for user "flink"'),
      "PostgreSQL at db:2 does not accept the user name and password of flink: check both, and that the user exists",
    ],
    [
      // The lookup is below what is read from Kafka.
      `${postgres("org.postgresql.util.PSQLException: ERROR: permission denied for table cpu_thresholds")}\tat org.apache.flink.connector.kafka.source.reader.KafkaRecordEmitter.emitRecord(KafkaRecordEmitter.java:54)\n`,
      "PostgreSQL at db:2 does not allow flink to do what the job needs (PSQLException: ERROR: permission denied for table cpu_thresholds): grant the user that permission",
    ],
  ])("of %j is one sentence", (failure, sentence) => {
    expect(serviceProblem(failure, TABLES)).toBe(sentence);
    expect(sentence).not.toContain("secret");
  });

  it.each([
    trace(
      "java.util.concurrent.ExecutionException: org.apache.kafka.common.errors.UnknownTopicOrPartitionException: This server does not host this topic-partition.",
      "org.apache.kafka.common.errors.UnknownTopicOrPartitionException: This server does not host this topic-partition.",
    ),
    trace("org.opensearch.OpenSearchException", PATH),
    "",
  ])("is not %j", (failure) => {
    expect(serviceProblem(failure, TABLES)).toBe(undefined);
  });
});
