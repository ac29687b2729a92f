import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { StackHosts } from "../../../components/hosts/stackHosts.ts";
import { projectDirectory } from "../../../lib/paths.ts";
import { TestAuthority } from "../../support/certificates.ts";
import { settingsOf } from "../aiven/settings.ts";
import { EXTERNAL, SECRETS } from "./settings.ts";

const directory = mkdtempSync(join(tmpdir(), "streaming-external-"));
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string): string {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
}

describe("settings of existing services", () => {
  it("that are missing are each named, with what they must be", () => {
    const runsOn = {
      "kafka.runsOn": "external",
      "postgres.runsOn": "external",
      "openSearch.runsOn": "external",
    };
    expect(() => settingsOf(runsOn)).toThrow(`6 settings are wrong:
  - kafka.bootstrapServers is empty, but kafka.runsOn is external: set it to the addresses of its brokers
  - kafka.user is empty, but kafka.runsOn is external: set it to the user that the stack logs in as
  - postgres.address is empty, but postgres.runsOn is external: set it to its host name
  - postgres.database is empty, but postgres.runsOn is external: set it to the database that the tables are to be in
  - postgres.user is empty, but postgres.runsOn is external: set it to the user that owns the tables
  - openSearch.url is empty, but openSearch.runsOn is external: set it to its address`);
    expect(() => settingsOf({ ...EXTERNAL, "kafka.login": "certificate" })).toThrow(
      "kafka.certificateFile is empty, but kafka.runsOn is external: set it to the file of the client certificate",
    );
  });

  it("are correct in the stack files that docs/own-services.md shows", () => {
    const page = readFileSync(join(projectDirectory, "docs/own-services.md"), "utf8");
    const files = [...page.matchAll(/```yaml\nconfig:\n([\s\S]+?)```/g)].map(([, text = ""]) => text);
    expect(files).toHaveLength(2);
    for (const text of files) {
      const lines = text.matchAll(/^ {2}([\w.]+): (.+)$/gm);
      const settings = [...lines].map(([, key = "", value = ""]) => {
        const list = /^\[(.+)\]$/.exec(value)?.[1]?.split(", ");
        return [key, list ?? (/^(\d+|true|false)$/.test(value) ? JSON.parse(value) : value)];
      });
      expect(() => settingsOf(Object.fromEntries(settings))).not.toThrow();
    }
  });

  it.each([
    ["kafka.bootstrapServers", "kafka.example.org", "such as kafka-1.example.com:9093"],
    ["kafka.bootstrapServers", "https://kafka.example.org:9093", "such as kafka-1.example.com:9093"],
    ["kafka.bootstrapServers", "a.example.org:9093, b.example.org:65536", "ports (1 to 65535)"],
    ["kafka.bootstrapServers", "kafka.example.org:0", "ports (1 to 65535)"],
    ["postgres.address", "postgresql://db.example.org", "such as db.example.com:5432"],
    ["postgres.address", "db.example.org:65536", "a port (1 to 65535)"],
    ["postgres.address", "db.example.org:0", "a port (1 to 65535)"],
    ["openSearch.url", "http://search.example.org:9200", "an https address"],
    ["openSearch.url", "https://user:password@search.example.org", "an https address without a login"],
    ["openSearch.url", "https://search.example.org:65536", "(ports: 1 to 65535)"],
    ["openSearch.url", "http://localhost:0", "(ports: 1 to 65535)"],
    ["openSearch.url", "https://%%", "such as https://search.example.com:9200"],
    ["names.prefix", "Demo-", "all in lower case"],
    ["postgres.schema", "my-schema", "all in lower case"],
    ["postgres.schema", "pg_cpu", "not pg_ at the beginning, which PostgreSQL reserves"],
  ])("%s is not %s", (key, value, allowed) => {
    expect(() => settingsOf({ ...EXTERNAL, [key]: value })).toThrow(allowed);
  });

  it.each([
    ["kafka.bootstrapServers", "a.example.org:1,b.example.org:65535"],
    ["postgres.address", "db.example.org:65535"],
    ["postgres.address", "10.0.0.1"],
    ["openSearch.url", "https://[2001:db8::1]:65535/path"],
  ])("%s may be %s", (key, value) => {
    expect(settingsOf({ ...EXTERNAL, [key]: value })).toHaveProperty([key], value);
  });

  it("postgres.schema belongs to a PostgreSQL that others use", () => {
    expect(() => settingsOf({ "postgres.schema": "analytics" })).toThrow(
      "postgres.schema is analytics, but postgres.runsOn is local, a PostgreSQL that holds nothing but the stack's tables: leave it out",
    );
  });

  it("containers cannot reach them on this machine", () => {
    const inContainers = { "flink.runsOn": "docker", "openSearch.url": "https://localhost:9200/path" };
    const brokers = "kafka.example.org:9092,127.0.0.1:9093";
    expect(() => settingsOf({ ...EXTERNAL, ...inContainers, "kafka.bootstrapServers": brokers })).toThrow(
      `2 settings are wrong:
  - kafka.bootstrapServers is kafka.example.org:9092,127.0.0.1:9093, but containers reach nothing that listens on this machine only: set it to an address that other machines reach
  - openSearch.url is https://localhost:9200/path, but containers reach nothing`,
    );
    expect(() => settingsOf({ ...EXTERNAL, "flink.runsOn": "docker" })).not.toThrow();
  });

  it("an authority that only a self-managed Flink can be configured to trust", () => {
    const caFile = { "openSearch.caFile": "company-ca.pem" };
    expect(() => settingsOf({ ...EXTERNAL, ...caFile })).toThrow(
      "openSearch.caFile is company-ca.pem, but flink.runsOn is local, whose connector for OpenSearch accepts only authorities that Java knows by itself: use a certificate of such a one, or a Flink of your own that trusts yours (flink.runsOn: gateway)",
    );
    expect(() => settingsOf({ ...EXTERNAL, ...caFile, ...BY_GATEWAY })).not.toThrow();
  });

  it("Flink on Aiven cannot reach them", () => {
    expect(() => settingsOf({ ...EXTERNAL, "flink.runsOn": "managed" })).toThrow(
      "kafka.runsOn is external, but flink.runsOn is managed, and Flink on Aiven reaches services on Aiven only",
    );
  });
});

/** A Flink that can be configured to trust an authority. */
const BY_GATEWAY = {
  "flink.runsOn": "gateway",
  "flink.gatewayUrl": "http://flink.example.org:8083",
  "flink.webUrl": "http://flink.example.org:8081",
};

/** What is reported before the services are contacted or anything is created. */
async function preflight(
  settings: object,
  secrets: Readonly<Record<string, string>> = SECRETS,
): Promise<void> {
  const secret = async (key: string) => secrets[key];
  const stack = { settings: settingsOf({ ...EXTERNAL, ...settings }), stack: "demo", secret };
  const external = new StackHosts(stack).used.find(({ host }) => host.name === "external");
  expect(external?.host.preflight).toBeDefined();
  await external?.host.preflight?.(external.context);
}

describe("an existing Kafka", () => {
  const connect = (settings: object, secret: (key: string) => Promise<string | undefined>) =>
    new StackHosts({
      settings: settingsOf({ ...EXTERNAL, ...settings }),
      stack: "demo",
      secret,
    }).kafkaBefore();

  it("is reached by its settings before any up, whatever else is missing", async () => {
    const secret = async (key: string) => (key === "kafka.password" ? SECRETS["kafka.password"] : undefined);
    expect(await connect({}, secret)).toEqual({
      bootstrapServers: "kafka-1.example.org:9093,kafka-2.example.org:9093",
      security: {
        protocol: "SASL_SSL",
        mechanism: "SCRAM-SHA-256",
        username: "streaming-user",
        password: SECRETS["kafka.password"],
      },
    });
    await expect(connect({}, async () => undefined)).rejects.toThrow("there is no kafka.password");
  });

  it("is not used if the stack creates its own", async () => {
    const own = { "kafka.runsOn": "local", "kafka.replicationFactor": 1, "kafka.minInsyncReplicas": 1 };
    expect(await connect(own, async () => undefined)).toBeUndefined();
  });
});

describe("before the services are contacted,", () => {
  it("secrets that are missing are named, with how to store them", async () => {
    await expect(preflight({}, {})).rejects.toThrow(`3 settings are wrong:
  - there is no kafka.password: store it with npm run secret -- kafka.password --stack demo
  - there is no postgres.password: store it with npm run secret -- postgres.password --stack demo
  - there is no openSearch.password: store it with npm run secret -- openSearch.password --stack demo`);
    const byCertificate = { "kafka.login": "certificate", "kafka.certificateFile": "client.pem" };
    await expect(preflight(byCertificate)).rejects.toThrow("npm run secret -- kafka.key --stack demo");
    const locked = { ...SECRETS, "kafka.key": "-----BEGIN ENCRYPTED PRIVATE KEY-----" };
    await expect(preflight(byCertificate, locked)).rejects.toThrow(
      "kafka.key holds no private key in PEM without a password of its own: store it anew with npm run secret -- kafka.key --stack demo",
    );
  });

  it("files that are missing or contain something else are named", async () => {
    const authorities = [new TestAuthority("One"), new TestAuthority("Two")].map(({ ca }) => ca).join("");
    const settings = {
      "kafka.caFile": join(directory, "missing.pem"),
      "postgres.caFile": file("two.pem", authorities),
      "openSearch.caFile": file("text.pem", "no certificate"),
      ...BY_GATEWAY,
    };
    await expect(preflight(settings)).rejects.toThrow(`3 settings are wrong:
  - kafka.caFile is ${directory}/missing.pem, which cannot be read: ENOENT: no such file or directory, open '${directory}/missing.pem'
  - postgres.caFile is ${directory}/two.pem, which holds 2 certificates, but Flink's driver for PostgreSQL takes one: leave only that of the authority that has signed the server's
  - openSearch.caFile is ${directory}/text.pem, which holds no certificate: it has to be a PEM file`);
  });

  it("services that do not answer are named", async () => {
    const nowhere = "127.0.0.1:1";
    const settings = {
      "kafka.bootstrapServers": nowhere,
      "kafka.login": "none",
      "postgres.address": nowhere,
      "openSearch.url": `https://${nowhere}`,
    };
    await expect(preflight(settings)).rejects.toThrow(
      /^Kafka at 127\.0\.0\.1:1 does not answer.*\nPostgreSQL at 127\.0\.0\.1:1 does not answer \(ECONNREFUSED\)\nOpenSearch at https:\/\/127\.0\.0\.1:1 does not answer/,
    );
  });
});
