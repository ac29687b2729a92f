import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { KafkaConnection, KafkaSecurity } from "../../../clients/kafka/client.ts";
import type { OpenSearchConnection } from "../../../clients/openSearch/client.ts";
import type { PostgresConnection } from "../../../clients/postgres/connection.ts";
import { projectDirectory } from "../../../lib/paths.ts";
import { SettingsError } from "../../settings/settingsError.ts";
import type { HostContext } from "../host.ts";
import { privateKeyIn } from "./privateKey.ts";
import type { ExternalSettings } from "./rules.ts";
import type { definitions } from "./settings.ts";

/** How to reach the services that the stack has elsewhere. */
export interface Connections {
  readonly kafka: KafkaConnection | undefined;
  readonly postgres: PostgresConnection | undefined;
  readonly openSearch: OpenSearchConnection | undefined;
}

/**
 * Reads the secrets and files that the settings need.
 *
 * @throws SettingsError with every secret and file that is missing or wrong
 */
export async function connectionsOf(context: HostContext<typeof definitions>): Promise<Connections> {
  const { parts } = context;
  const read = new Reader(context);
  const connections = {
    kafka: parts.includes("kafka") ? await kafkaConnection(read) : undefined,
    postgres: parts.includes("postgres") ? await postgresConnection(read) : undefined,
    openSearch: parts.includes("openSearch") ? await openSearchConnection(read) : undefined,
  };
  if (read.problems.length > 0) throw new SettingsError(read.problems);
  return connections;
}

const MECHANISMS = {
  plain: "PLAIN",
  "scram-sha-256": "SCRAM-SHA-256",
  "scram-sha-512": "SCRAM-SHA-512",
} as const;

async function kafkaConnection(read: Reader): Promise<KafkaConnection> {
  const bootstrapServers = read.settings["kafka.bootstrapServers"].replaceAll(" ", "");
  return { bootstrapServers, security: await kafkaSecurity(read) };
}

async function kafkaSecurity(read: Reader): Promise<KafkaSecurity> {
  const login = read.settings["kafka.login"];
  if (login === "none") return { protocol: "PLAINTEXT" };
  const authority = read.authority("kafka.caFile");
  if (login === "certificate") {
    const certificate = read.certificates("kafka.certificateFile").join("\n");
    return { protocol: "SSL", ...authority, certificate, key: await read.privateKey("kafka.key") };
  }
  return {
    protocol: "SASL_SSL",
    mechanism: MECHANISMS[login],
    username: read.settings["kafka.user"],
    password: await read.secret("kafka.password"),
    ...authority,
  };
}

async function postgresConnection(read: Reader): Promise<PostgresConnection> {
  const { settings } = read;
  const [host = "", port = "5432"] = settings["postgres.address"].split(":");
  return {
    host,
    port: Number(port),
    database: settings["postgres.database"],
    user: settings["postgres.user"],
    password: await read.secret("postgres.password"),
    ...(settings["postgres.tls"] !== "none" && { tls: read.authority("postgres.caFile", 1) }),
  };
}

async function openSearchConnection(read: Reader): Promise<OpenSearchConnection> {
  const { settings } = read;
  const username = settings["openSearch.user"];
  return {
    url: settings["openSearch.url"].replace(/\/$/, ""),
    ...(username !== "" && { username, password: await read.secret("openSearch.password") }),
    ...read.authority("openSearch.caFile"),
  };
}

type FileSetting = "kafka.caFile" | "kafka.certificateFile" | "postgres.caFile" | "openSearch.caFile";

/** Reads secrets and files, and collects what is wrong with them. */
class Reader {
  readonly problems: string[] = [];
  readonly settings: ExternalSettings;

  constructor(private readonly context: HostContext<typeof definitions>) {
    this.settings = context.settings;
  }

  async secret(name: string): Promise<string> {
    const value = await this.context.secret(name);
    if (value) return value;
    this.problems.push(
      `there is no ${name}: store it with npm run secret -- ${name} --stack ${this.context.stack}`,
    );
    return "";
  }

  async privateKey(name: string): Promise<string> {
    const text = await this.secret(name);
    const key = privateKeyIn(text);
    if (key === undefined && text !== "") {
      this.problems.push(
        `${name} holds no private key in PEM without a password of its own: store it anew with npm run secret -- ${name} --stack ${this.context.stack}`,
      );
    }
    return key ?? "";
  }

  /** @param most how many certificates the client accepts */
  authority(setting: FileSetting, most = Number.POSITIVE_INFINITY): { readonly ca?: string } {
    if (this.settings[setting] === "") return {};
    const certificates = this.certificates(setting);
    if (certificates.length > most) {
      this.problems.push(
        `${setting} is ${this.settings[setting]}, which holds ${certificates.length} certificates, but Flink's driver for PostgreSQL takes one: leave only that of the authority that has signed the server's`,
      );
    }
    return { ca: certificates.join("\n") };
  }

  /** The certificates in a file, each as PEM. */
  certificates(setting: FileSetting): string[] {
    const path = this.settings[setting];
    try {
      const text = readFileSync(resolve(projectDirectory, path), "utf8");
      const found = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
      for (const certificate of found) new X509Certificate(certificate);
      if (found.length > 0) return found.map((certificate) => `${certificate}\n`);
      this.problems.push(`${setting} is ${path}, which holds no certificate: it has to be a PEM file`);
    } catch (error) {
      this.problems.push(`${setting} is ${path}, which cannot be read: ${(error as Error).message}`);
    }
    return [];
  }
}
