import { describe, expect, it } from "vitest";
import { literal, readOptions, withOptions } from "../../components/ddl.ts";
import { jdbcOptions, kafkaOptions, openSearchOptions } from "../../components/selfManaged/tableOptions.ts";

const ddl = `-- A table WITH a comment.
CREATE TABLE CPU_IN (
  hostname STRING,
  time_ltz AS TO_TIMESTAMP_LTZ(occurred_at, 3)
) WITH (
  'connector' = 'kafka',
  -- A comment with 'an.option' = 'in it'.
  'properties.bootstrap.servers' = '',
  'value.format'='json'
)
`;
const columns = ddl.slice(0, ddl.indexOf(" WITH (\n"));

describe("the WITH clause", () => {
  it("is read without its comments", () => {
    expect(readOptions(ddl)).toEqual({
      connector: "kafka",
      "properties.bootstrap.servers": "",
      "value.format": "json",
    });
  });

  it.each(["CREATE TABLE a (b INT) with('k'='v');", "CREATE TABLE a (b INT) WITH (\n 'k' = 'v'\n)\n;\n"])(
    "is found at the end of %j",
    (statement) => expect(readOptions(statement)).toEqual({ k: "v" }),
  );

  it("causes an error if there is none", () => {
    expect(() => readOptions("CREATE TABLE a (b INT)")).toThrow(
      "this statement has no WITH clause at its end:\nCREATE TABLE a (b INT)",
    );
  });

  it("gets additional options that override its own and leave the columns unchanged", () => {
    expect(
      withOptions(ddl, { "properties.bootstrap.servers": "a:1,b:2", topic: "readings" }),
    ).toBe(`${columns} WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = 'a:1,b:2',
  'value.format' = 'json',
  'topic' = 'readings'
)
`);
  });

  it.each(["it's", "''", "'); DROP TABLE a; --", "$& $1 $$", 'a "b" \\c', "a = b, c", "(ä\t)", "two\nlines"])(
    "accepts %j as a value and returns it",
    (value) => {
      const statement = withOptions(ddl, { password: value, [value]: "key" });
      expect(statement).toContain(`'password' = '${value.replaceAll("'", "''")}'`);
      expect(readOptions(statement)).toMatchObject({ connector: "kafka", password: value, [value]: "key" });
    },
  );

  it("has its quotes doubled in literals", () => {
    expect(literal("it's 'quoted'")).toBe("'it''s ''quoted'''");
  });
});

describe("the options of a Kafka table", () => {
  const bootstrapServers = "kafka:9092";
  const servers = { "properties.bootstrap.servers": bootstrapServers };

  it("are only the addresses for PLAINTEXT", () => {
    expect(kafkaOptions({ bootstrapServers, security: { protocol: "PLAINTEXT" } })).toEqual(servers);
  });

  it("are PEM certificates and a key for SSL", () => {
    const security = { protocol: "SSL", ca: "CA", certificate: "CERT", key: "KEY" } as const;
    expect(kafkaOptions({ bootstrapServers, security })).toEqual({
      ...servers,
      "properties.security.protocol": "SSL",
      "properties.ssl.truststore.type": "PEM",
      "properties.ssl.truststore.certificates": "CA",
      "properties.ssl.keystore.type": "PEM",
      "properties.ssl.keystore.certificate.chain": "CERT",
      "properties.ssl.keystore.key": "KEY",
    });
  });

  const credentials = { protocol: "SASL_SSL", username: "streaming", password: "secret" } as const;
  it.each([
    ["PLAIN", "org.apache.kafka.common.security.plain.PlainLoginModule"],
    ["SCRAM-SHA-256", "org.apache.kafka.common.security.scram.ScramLoginModule"],
    ["SCRAM-SHA-512", "org.apache.kafka.common.security.scram.ScramLoginModule"],
  ] as const)("are a login for SASL_SSL with %s and the system's authorities", (mechanism, module) => {
    expect(kafkaOptions({ bootstrapServers, security: { ...credentials, mechanism } })).toEqual({
      ...servers,
      "properties.security.protocol": "SASL_SSL",
      "properties.sasl.mechanism": mechanism,
      "properties.sasl.jaas.config": `${module} required username="streaming" password="secret";`,
    });
  });

  it("name the authority for SASL_SSL if there is one", () => {
    const security = { ...credentials, mechanism: "PLAIN", ca: "CA" } as const;
    expect(kafkaOptions({ bootstrapServers, security })).toMatchObject({
      "properties.ssl.truststore.type": "PEM",
      "properties.ssl.truststore.certificates": "CA",
    });
  });

  it("quote what ends a JAAS text, and Flink's quotes around that", () => {
    const security = { ...credentials, mechanism: "PLAIN", password: `a"b\\c'd;` } as const;
    const options = kafkaOptions({ bootstrapServers, security });
    expect(options["properties.sasl.jaas.config"]).toMatch(/ password="a\\"b\\\\c'd;";$/);
    expect(readOptions(withOptions(ddl, options))).toMatchObject(options);
  });
});

describe("the options of a JDBC table", () => {
  const DEADLINES =
    "connectTimeout=10&loginTimeout=10&socketTimeout=10&tcpKeepAlive=true&options=-c%20lock_timeout%3D8s%20-c%20statement_timeout%3D9s";
  const connection = { host: "db", port: 5432, database: "postgres", user: "streaming", password: "secret" };

  it("are the URL, with deadlines in it so that a dead connection is noticed, and the login", () => {
    expect(jdbcOptions(connection, "local-notify")).toEqual({
      url: `jdbc:postgresql://db:5432/postgres?ApplicationName=local-notify&${DEADLINES}`,
      username: "streaming",
      password: "secret",
    });
  });

  it("verify a TLS server against its authority, which is in the URL", () => {
    const ca = "-----BEGIN CERTIFICATE-----\nMII+/=&?'\n-----END CERTIFICATE-----\n";
    const options = jdbcOptions({ ...connection, tls: { ca } }, "local-notify");
    const [address, query] = (options.url ?? "").split("?");
    expect(address).toBe("jdbc:postgresql://db:5432/postgres");
    expect(Object.fromEntries(new URLSearchParams(query))).toMatchObject({
      connectTimeout: "10",
      loginTimeout: "10",
      socketTimeout: "10",
      tcpKeepAlive: "true",
      sslmode: "verify-full",
      sslfactory: "org.postgresql.ssl.SingleCertValidatingFactory",
      sslfactoryarg: ca,
    });
    expect(readOptions(withOptions(ddl, options))).toMatchObject(options);
  });

  it("hold special characters, encoded in the URL and unchanged elsewhere", () => {
    const odd = { ...connection, database: "a b?c/d&e", user: "o'neil", password: `p'a"ss?&=%\\` };
    const options = jdbcOptions(odd, "a&b");
    expect(options).toEqual({
      url: `jdbc:postgresql://db:5432/a%20b%3Fc%2Fd%26e?ApplicationName=a%26b&${DEADLINES}`,
      username: odd.user,
      password: odd.password,
    });
    expect(readOptions(withOptions(ddl, options))).toMatchObject(options);
  });
});

describe("the options of an OpenSearch table", () => {
  const aivens = `CREATE TABLE CPU_OUT_OS (
  hostname STRING,
  PRIMARY KEY (hostname) NOT ENFORCED
) WITH (
  'connector' = 'elasticsearch-7',
  'hosts' = '',
  'index' = 'readings',
  'document-id.key-delimiter' = '_'
)
`;
  const prompt = {
    "sink.delivery-guarantee": "at-least-once",
    "sink.bulk-flush.interval": "1 s",
    "sink.bulk-flush.backoff.strategy": "EXPONENTIAL",
    "sink.bulk-flush.backoff.max-retries": "8",
    "sink.bulk-flush.backoff.delay": "100 ms",
  };

  it("name Flink's own connector and deliver without loss", () => {
    const ddl = withOptions(aivens, openSearchOptions({ url: "http://127.0.0.1:9290" }));
    expect(readOptions(ddl)).toEqual({
      connector: "opensearch-2",
      hosts: "http://127.0.0.1:9290",
      index: "readings",
      "document-id.key-delimiter": "_",
      ...prompt,
    });
    expect(ddl).toContain("PRIMARY KEY (hostname) NOT ENFORCED\n) WITH (");
  });

  it("include the login if there is one", () => {
    const connection = { url: "https://search:9243", username: "streaming", password: "it's" };
    const options = openSearchOptions(connection);
    expect(options).toMatchObject({ hosts: "https://search:9243", username: "streaming", password: "it's" });
    expect(readOptions(withOptions(aivens, options))).toMatchObject(options);
  });

  it.each([
    ["https://search", "https://search:443"],
    ["http://search/", "http://search:80"],
    ["https://search:443", "https://search:443"],
    ["http://[::1]:9200", "http://[::1]:9200"],
  ])("spell %s as the connector expects it", (url, hosts) => {
    expect(openSearchOptions({ url })).toEqual({ connector: "opensearch-2", hosts, ...prompt });
  });

  it("have the path of the address in a separate option", () => {
    expect(openSearchOptions({ url: "https://proxy:8443/search" })).toMatchObject({
      hosts: "https://proxy:8443",
      "connection.path-prefix": "/search",
    });
  });

  it("are refused if the server has its own certificate authority", () => {
    expect(() => openSearchOptions({ url: "https://search:9243", ca: "CA" })).toThrow(
      "Flink's OpenSearch connector cannot be given a certificate authority",
    );
  });
});

it("dashes in a value do not start a comment, and options in a comment do not count", () => {
  const pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
  const commented = "CREATE TABLE t (a INT) WITH ('k' = 'v' -- once 'k' = 'w'\n, 'last' = '1')";
  expect(readOptions(withOptions(commented, { ca: pem }))).toEqual({ k: "v", last: "1", ca: pem });
});
