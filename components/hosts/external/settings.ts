import { oneOf, PORT, text, url } from "../../settings/types.ts";

const file = (description: string) =>
  text({
    default: "",
    description,
    allowed: "a path without line breaks",
    pattern: /^[^\r\n\0]*$/,
  });

const user = (description: string) =>
  text({ default: "", description, allowed: "a name without line breaks", pattern: /^[^\r\n\0]*$/ });

const BROKER = `[^\\s,:/]+:${PORT}`;

/** Where the services are, and how this stack logs in. */
export const definitions = {
  "kafka.bootstrapServers": text({
    default: "",
    description: "Addresses of brokers, if kafka.runsOn is external",
    allowed:
      "addresses with ports (1 to 65535), separated by commas, such as kafka-1.example.com:9093,kafka-2.example.com:9093",
    pattern: new RegExp(`^(${BROKER}(, ?${BROKER})*)?$`),
  }),
  "kafka.login": oneOf({
    default: "scram-sha-256",
    description:
      "How clients log in to an external Kafka: with a password over TLS (scram-sha-256, scram-sha-512 or plain), with a certificate over TLS, or not at all and without TLS (none)",
    of: ["scram-sha-256", "scram-sha-512", "plain", "certificate", "none"],
  }),
  "kafka.user": user("User of an external Kafka; its password is the secret kafka.password"),
  "kafka.certificateFile": file(
    "Client certificate for an external Kafka (PEM), if kafka.login is certificate; its key is the secret kafka.key",
  ),
  "kafka.caFile": file(
    "Certificate authority of an external Kafka (PEM); by default those that the system trusts",
  ),
  "postgres.address": text({
    default: "",
    description: "Address of PostgreSQL, if postgres.runsOn is external; its port is 5432 unless given",
    allowed: "a host name with or without a port (1 to 65535), such as db.example.com:5432",
    pattern: new RegExp(`^([^\\s,:/@]+(:${PORT})?)?$`),
  }),
  "postgres.user": user("User of an external PostgreSQL; its password is the secret postgres.password"),
  "postgres.tls": oneOf({
    default: "verify-full",
    description:
      "Whether an external PostgreSQL is reached over TLS with a verified certificate, or without TLS (none)",
    of: ["verify-full", "none"],
  }),
  "postgres.caFile": file(
    "Certificate authority of an external PostgreSQL (PEM); by default those that the system trusts",
  ),
  "openSearch.url": url({
    default: "",
    description: "Address of OpenSearch, if openSearch.runsOn is external",
    allowed:
      "an https address without a login, or an http address of this machine, such as https://search.example.com:9200 (ports: 1 to 65535)",
    pattern: /^(https:\/\/[^\s/?#@]+(\/[^\s?#]*)?|http:\/\/(127\.0\.0\.1|localhost)(:\d+)?\/?)?$/,
  }),
  "openSearch.user": user("User of an external OpenSearch; its password is the secret openSearch.password"),
  "openSearch.caFile": file(
    "Certificate authority of an external OpenSearch (PEM), if Java does not know it by itself; Flink's Java has to be told, too",
  ),
} as const;
