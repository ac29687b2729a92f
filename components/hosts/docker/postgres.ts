import * as pulumi from "@pulumi/pulumi";
import type { PostgresConnection } from "../../../clients/postgres/connection.ts";
import { Password, Table, ThresholdTable } from "../../../provider/sdk.ts";
import {
  type Client,
  type PostgresDatabase,
  type PostgresRole,
  type TableArgs,
  type ThresholdArgs,
  thisMachine,
} from "../../contract.ts";
import { optionArguments, postgresMegabytes, postgresOptions } from "../../selfManaged/postgresServer.ts";
import { container } from "./container.ts";
import type { DockerHost } from "./host.ts";

const ALIAS = "postgres";
const PORT = 5432;
const USER = "streaming";
const DATABASE = "postgres";
/** Images up to 17 and from 18 on have volumes at different places below it, so the data has a folder of its own. */
const VOLUME = "/var/lib/postgresql";
const PASSWORD_FILE = "/etc/streaming/password";

export interface DockerPostgresArgs {
  readonly host: DockerHost;
  readonly image: string;
  /** On 127.0.0.1 of the engine's machine. */
  readonly port: number;
  /** Of Flink's jobs, whose tasks connect to it. */
  readonly parallelism: number;
}

/**
 * A PostgreSQL server in a container, with a generated password. It may take 0.25 GB of memory.
 *
 * @example
 * const postgres = new DockerPostgres("postgres", { host, image: "postgres:18.4", port: 25432, parallelism: 1 });
 */
export class DockerPostgres extends pulumi.ComponentResource implements PostgresDatabase {
  private readonly password: pulumi.Output<string>;
  private readonly server: pulumi.Resource;
  private readonly data: pulumi.Resource;

  constructor(
    name: string,
    private readonly args: DockerPostgresArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("streaming:docker:Postgres", name, {}, opts);
    const { host, image, port, parallelism } = args;
    this.password = new Password(`${name}-password`, { parent: this }).value;
    const data = host.volume(`${name}-data`, ALIAS, this);
    this.data = data;
    this.server = container(
      `${name}-server`,
      host,
      {
        alias: ALIAS,
        image: host.image(`${name}-image`, image, this),
        user: "postgres",
        command: ["postgres", ...optionArguments(postgresOptions(parallelism))],
        environment: {
          PGDATA: `${VOLUME}/streaming`,
          POSTGRES_DB: DATABASE,
          POSTGRES_INITDB_ARGS: "--encoding=UTF8 --locale=C",
          POSTGRES_PASSWORD_FILE: PASSWORD_FILE,
          POSTGRES_USER: USER,
        },
        secretFiles: { [PASSWORD_FILE]: this.password },
        volumes: { [VOLUME]: data },
        ports: { [PORT]: port },
        megabytes: postgresMegabytes(parallelism),
        // During its setup, it listens only on its socket.
        healthy: ["pg_isready", "--host=127.0.0.1", `--username=${USER}`, `--dbname=${DATABASE}`],
      },
      { parent: this },
    );
    this.registerOutputs();
  }

  /** The same user for all roles. */
  connection({ from }: Pick<Client<PostgresRole>, "from">): pulumi.Output<PostgresConnection> {
    const address =
      from === this.args.host.inside
        ? { host: ALIAS, port: PORT }
        : { host: "127.0.0.1", port: this.args.port };
    return pulumi.output({ ...address, database: DATABASE, user: USER, password: this.password });
  }

  createThresholdTable(
    name: string,
    { grants: _, ...args }: ThresholdArgs,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource {
    return new ThresholdTable(
      name,
      { connection: this.connection({ from: thisMachine }), ...args },
      this.inDatabase(opts),
    );
  }

  createTable(
    name: string,
    { grants: _, ...args }: TableArgs,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource {
    return new Table(
      name,
      { connection: this.connection({ from: thisMachine }), ...args },
      this.inDatabase(opts),
    );
  }

  private inDatabase(opts: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    return pulumi.mergeOptions(opts, { dependsOn: this.server, deletedWith: this.data });
  }
}
