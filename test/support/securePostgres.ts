import { rmSync } from "node:fs";
import { join } from "node:path";
import { withPostgres } from "../../clients/postgres/client.ts";
import type { PostgresConnection } from "../../clients/postgres/connection.ts";
import { type ServerState, serverHandler } from "../../provider/process/server.ts";
import type { ServerInputs } from "../../provider/process/serverInputs.ts";
import type { KeyPair, TestAuthority } from "./certificates.ts";
import { ownFolder } from "./forsakenStacks.ts";
import { freePorts } from "./ports.ts";
import { ResourceGraph } from "./resourceGraph.ts";

const FLINK_PASSWORD = "flink's own password";

/** A real PostgreSQL for one test file that accepts only TLS, started in the same way as the local stack's. */
export class SecurePostgres {
  private constructor(
    private readonly directory: string,
    private readonly state: ServerState,
    /** As the owner of the database. */
    readonly owner: PostgresConnection,
  ) {}

  /** @param server its certificate */
  static async start({
    authority,
    server,
  }: {
    readonly authority: TestAuthority;
    readonly server: KeyPair;
  }): Promise<SecurePostgres> {
    const directory = ownFolder("streaming-postgres-");
    const [port = 0] = await freePorts(1);
    const graph = await ResourceGraph.of({ directory: join(directory, "data"), "postgres.port": port });
    const plain = graph.get("postgres-server").inputs as unknown as ServerInputs;
    const { state } = await serverHandler.create(secured(plain, server), "postgres");
    const password = plain.files?.password?.content ?? "";
    const user = "streaming";
    const tls = { ca: authority.ca };
    const owner = { host: "127.0.0.1", port, database: "postgres", user, password, tls };
    return new SecurePostgres(directory, state, owner);
  }

  /** As the user `flink`, who may do nothing yet. */
  async createFlink(): Promise<PostgresConnection> {
    await this.createRole("flink", FLINK_PASSWORD);
    return { ...this.owner, user: "flink", password: FLINK_PASSWORD };
  }

  /** A user who has no privileges yet. */
  async createRole(name: string, password: string): Promise<void> {
    await withPostgres(this.owner, (client) =>
      client.query(
        `CREATE ROLE ${client.escapeIdentifier(name)} LOGIN PASSWORD ${client.escapeLiteral(password)}`,
      ),
    );
  }

  /** Refused, as everywhere, while the role has privileges on a table. */
  async dropRole(name: string): Promise<void> {
    await withPostgres(this.owner, (client) => client.query(`DROP ROLE ${client.escapeIdentifier(name)}`));
  }

  async remove(): Promise<void> {
    await serverHandler.delete(this.state.directory, this.state);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function secured(plain: ServerInputs, server: KeyPair): ServerInputs {
  const file = (name: string) => join(plain.directory, name);
  const options = {
    ssl: "on",
    ssl_cert_file: file("server.crt"),
    ssl_key_file: file("server.key"),
    hba_file: file("pg_hba.conf"),
  };
  return {
    ...plain,
    command: [
      ...plain.command,
      ...Object.entries(options).flatMap(([key, value]) => ["-c", `${key}=${value}`]),
    ],
    files: {
      ...plain.files,
      "server.crt": { content: server.certificate },
      "server.key": { content: server.key, secret: true },
      "pg_hba.conf": { content: "hostssl all all 127.0.0.1/32 scram-sha-256\n" },
    },
  };
}
