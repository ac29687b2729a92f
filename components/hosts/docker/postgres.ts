import * as pulumi from "@pulumi/pulumi";
import type { PostgresConnection } from "../../../clients/postgres/connection.ts";
import { Password, Table, ThresholdTable } from "../../../provider/sdk.ts";
import type { Place, PostgresDatabase, PostgresRole, TableArgs, ThresholdArgs } from "../../contract.ts";
import type { Settings } from "../../settings.ts";
import { container } from "./container.ts";
import type { DockerHost } from "./host.ts";

const ALIAS = "postgres";
const PORT = 5432;
const USER = "streaming";
const DATABASE = "postgres";
/** Images up to 17 and from 18 on have volumes at different places below it, so the data has a folder of its own. */
const VOLUME = "/var/lib/postgresql";
const PASSWORD_FILE = "/etc/streaming/password";

/**
 * A PostgreSQL server in a container, with a generated password. It may take 0.25 GB of memory.
 *
 * @example
 * const postgres = new DockerPostgres("postgres", { settings, host });
 */
export class DockerPostgres extends pulumi.ComponentResource implements PostgresDatabase {
  private readonly password: pulumi.Output<string>;
  private readonly server: pulumi.Resource;
  private readonly data: pulumi.Resource;

  constructor(
    name: string,
    private readonly args: { readonly settings: Settings; readonly host: DockerHost },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("streaming:docker:Postgres", name, {}, opts);
    const { settings, host } = args;
    this.password = new Password(`${name}-password`, { parent: this }).value;
    const data = host.volume(`${name}-data`, ALIAS, this);
    this.data = data;
    this.server = container(
      `${name}-server`,
      host,
      {
        alias: ALIAS,
        image: host.image(`${name}-image`, settings["docker.postgresImage"], this),
        user: "postgres",
        command: ["postgres", "-c", "max_connections=50", "-c", "shared_buffers=32MB", "-c", "timezone=UTC"],
        environment: {
          PGDATA: `${VOLUME}/streaming`,
          POSTGRES_DB: DATABASE,
          POSTGRES_INITDB_ARGS: "--encoding=UTF8 --locale=C",
          POSTGRES_PASSWORD_FILE: PASSWORD_FILE,
          POSTGRES_USER: USER,
        },
        secretFiles: { [PASSWORD_FILE]: this.password },
        volumes: { [VOLUME]: data },
        ports: { [PORT]: settings["postgres.port"] },
        megabytes: 256,
        // While it sets itself up, it listens on its socket only.
        healthy: ["pg_isready", "--host=127.0.0.1", `--username=${USER}`, `--dbname=${DATABASE}`],
      },
      { parent: this },
    );
    this.registerOutputs();
  }

  /** One user for all roles. */
  connectionFor(_role: PostgresRole, from: Place = "elsewhere"): pulumi.Output<PostgresConnection> {
    const address =
      from === "docker"
        ? { host: ALIAS, port: PORT }
        : { host: "127.0.0.1", port: this.args.settings["postgres.port"] };
    return pulumi.output({ ...address, database: DATABASE, user: USER, password: this.password });
  }

  createThresholdTable(
    name: string,
    args: ThresholdArgs,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource {
    return new ThresholdTable(name, { connection: this.connectionFor("owner"), ...args }, this.inIt(opts));
  }

  createTable(name: string, args: TableArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    return new Table(name, { connection: this.connectionFor("owner"), ...args }, this.inIt(opts));
  }

  private inIt(opts: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    return pulumi.mergeOptions(opts, { dependsOn: this.server, deletedWith: this.data });
  }
}
