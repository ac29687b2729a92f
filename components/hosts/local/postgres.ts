import * as pulumi from "@pulumi/pulumi";
import type { PostgresConnection } from "../../../clients/postgres/connection.ts";
import { Password, Server, Table, ThresholdTable } from "../../../provider/sdk.ts";
import { postgresAccount, postgresProgram } from "../../../setup/postgres.ts";
import type { PostgresDatabase, TableArgs, ThresholdArgs } from "../../contract.ts";
import { optionArguments, postgresOptions } from "../../selfManaged/postgresServer.ts";
import { POSTGRES, type StackFolders } from "./folders.ts";

const USER = "streaming";

export interface LocalPostgresArgs {
  readonly port: number;
  /** Of Flink's jobs, whose tasks connect to it. */
  readonly parallelism: number;
  /** Whether it is restarted if it dies. */
  readonly supervised: boolean;
  readonly folders: StackFolders;
}

/**
 * A PostgreSQL server on this machine, reachable from this machine only, with a generated password.
 * It costs about 0.1 GB of memory.
 *
 * @example
 * const postgres = new LocalPostgres("postgres", { port: 25432, parallelism: 1, supervised: true, folders });
 */
export class LocalPostgres extends pulumi.ComponentResource implements PostgresDatabase {
  private readonly address: pulumi.Output<PostgresConnection>;
  private readonly server: Server;

  constructor(
    name: string,
    { port, parallelism, supervised, folders }: LocalPostgresArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("streaming:local:Postgres", name, {}, opts);
    const password = new Password(`${name}-password`, { parent: this }).value;
    this.address = pulumi.output({ host: "127.0.0.1", port, database: "postgres", user: USER, password });
    const runAs = postgresAccount();
    this.server = new Server(
      `${name}-server`,
      {
        command: [postgresProgram("postgres"), "-D", "data", ...serverOptions(port, parallelism)],
        prepare: {
          command: [
            postgresProgram("initdb"),
            ...["-D", "data", "--username", USER, "--pwfile", "password", "--auth", "scram-sha-256"],
            ...["--encoding", "UTF8", "--locale", "C"],
          ],
          creates: "data",
        },
        directory: runAs === undefined ? folders.data(POSTGRES) : folders.dataOfOtherUser(POSTGRES),
        logFile: folders.log(POSTGRES),
        supervised,
        files: { password: { content: password, secret: true } },
        ports: { "postgres.port": port },
        readiness: { tcp: port },
        // A "fast" shutdown: TERM would wait for every client to leave.
        stopSignal: "SIGINT",
        ...(runAs !== undefined && { runAs }),
      },
      { parent: this },
    );
    this.registerOutputs();
  }

  /** The same for all roles. */
  connection(): pulumi.Output<PostgresConnection> {
    return this.address;
  }

  createThresholdTable(
    name: string,
    { grants: _, ...args }: ThresholdArgs,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource {
    return new ThresholdTable(
      name,
      { connection: this.address, ...args },
      pulumi.mergeOptions(opts, { dependsOn: this.server, deletedWith: this.server }),
    );
  }

  createTable(
    name: string,
    { grants: _, ...args }: TableArgs,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource {
    return new Table(
      name,
      { connection: this.address, ...args },
      pulumi.mergeOptions(opts, { dependsOn: this.server, deletedWith: this.server }),
    );
  }
}

const serverOptions = (port: number, parallelism: number) =>
  optionArguments({
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    ...postgresOptions(parallelism),
  });
