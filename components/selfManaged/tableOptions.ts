import { createPrivateKey } from "node:crypto";
import type { KafkaConnection } from "../../clients/kafka/client.ts";
import type { OpenSearchConnection } from "../../clients/openSearch/client.ts";
import type { PostgresConnection } from "../../clients/postgres/connection.ts";
import type { TableOptions } from "../ddl.ts";

/**
 * How Flink's Kafka connector reaches a cluster.
 * Source: https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/connectors/table/kafka/#security
 */
export function kafkaOptions({ bootstrapServers, security }: KafkaConnection): TableOptions {
  const options: TableOptions = { "properties.bootstrap.servers": bootstrapServers };
  if (security.protocol === "PLAINTEXT") return options;
  options["properties.security.protocol"] = security.protocol;
  if (security.ca !== undefined) {
    options["properties.ssl.truststore.type"] = "PEM";
    options["properties.ssl.truststore.certificates"] = security.ca;
  }
  if (security.protocol === "SSL") {
    options["properties.ssl.keystore.type"] = "PEM";
    options["properties.ssl.keystore.certificate.chain"] = security.certificate;
    options["properties.ssl.keystore.key"] = pkcs8(security.key);
    return options;
  }
  const scram = security.mechanism !== "PLAIN";
  const loginModule = `org.apache.kafka.common.security.${scram ? "scram.ScramLoginModule" : "plain.PlainLoginModule"}`;
  options["properties.sasl.mechanism"] = security.mechanism;
  options["properties.sasl.jaas.config"] =
    `${loginModule} required username=${jaas(security.username)} password=${jaas(security.password)};`;
  return options;
}

/** In seconds. The connector then reconnects and asks again, up to three times. */
const JDBC_TIMEOUT = "10";

/**
 * How Flink's JDBC connector reaches a PostgreSQL database. The certificate authority is part of the URL, so that no
 * file has to be on the TaskManagers. A connection over which nothing arrives any more is given up; by default, the
 * driver leaves that to the system's 15 minutes.
 * Source: https://jdbc.postgresql.org/documentation/use/#connection-parameters and, for TLS, its
 * SingleCertValidatingFactory
 *
 * @param job the connection's name in PostgreSQL's list of sessions
 */
export function jdbcOptions(
  { host, port, database, user, password, tls }: PostgresConnection,
  job: string,
): TableOptions {
  const parameters = {
    ApplicationName: job,
    connectTimeout: JDBC_TIMEOUT,
    loginTimeout: JDBC_TIMEOUT,
    socketTimeout: JDBC_TIMEOUT,
    tcpKeepAlive: "true",
    // PostgreSQL gives up first: a session whose client is gone would otherwise wait for its lock forever.
    options: "-c lock_timeout=8s -c statement_timeout=9s",
    ...(tls && {
      sslmode: "verify-full",
      ...(tls.ca === undefined
        ? { sslfactory: "org.postgresql.ssl.DefaultJavaSSLFactory" }
        : { sslfactory: "org.postgresql.ssl.SingleCertValidatingFactory", sslfactoryarg: tls.ca }),
    }),
  };
  const query = Object.entries(parameters).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return {
    url: `jdbc:postgresql://${host}:${port}/${encodeURIComponent(database)}?${query.join("&")}`,
    username: user,
    password,
  };
}

/**
 * How Flink's OpenSearch connector reaches a cluster, and writes to it without loss: a checkpoint waits until
 * everything before it is in the index. A repeated row is the same document again, by the table's primary key.
 * sql/ names the connector that Aiven's Flink has, whose options mean the same.
 * Source: https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/connectors/table/opensearch/
 *
 * @throws if the cluster has its own certificate authority: the connector accepts only the system's
 */
export function openSearchOptions({ url, username, password, ca }: OpenSearchConnection): TableOptions {
  if (ca !== undefined) {
    throw new Error("Flink's OpenSearch connector cannot be given a certificate authority");
  }
  const { protocol, hostname, port, pathname } = new URL(url);
  return {
    connector: "opensearch-2",
    // It always requires the port.
    hosts: `${protocol}//${hostname}:${port || (protocol === "https:" ? 443 : 80)}`,
    ...(pathname !== "/" && { "connection.path-prefix": pathname }),
    ...(username !== undefined && { username, password: password ?? "" }),
    "sink.delivery-guarantee": "at-least-once",
    "sink.bulk-flush.interval": "1 s",
    // If OpenSearch is too busy: 8 attempts in 6 s. If it is away, the job restarts from its checkpoint.
    "sink.bulk-flush.backoff.strategy": "EXPONENTIAL",
    "sink.bulk-flush.backoff.max-retries": "8",
    "sink.bulk-flush.backoff.delay": "100 ms",
  };
}

/** Kafka's Java client reads no older form of a private key: https://kafka.apache.org/documentation/#brokerconfigs_ssl.keystore.key */
const pkcs8 = (key: string) =>
  /BEGIN \w+ PRIVATE KEY/.test(key)
    ? createPrivateKey(key).export({ type: "pkcs8", format: "pem" }).toString()
    : key;

// The JAAS file syntax: https://docs.oracle.com/en/java/javase/17/docs/api/java.base/javax/security/auth/login/Configuration.html
const jaas = (text: string) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
