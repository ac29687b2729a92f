import * as aiven from "@pulumi/aiven";
import * as pulumi from "@pulumi/pulumi";
import type { PostgresConnection } from "../../../clients/postgres/connection.ts";
import type { Privilege } from "../../../provider/postgres/grant.ts";
import { Table, ThresholdTable } from "../../../provider/sdk.ts";
import type { Client, PostgresDatabase, PostgresRole, TableArgs, ThresholdArgs } from "../../contract.ts";
import { GrantedTable } from "./grantedTable.ts";
import type { AivenProject } from "./project.ts";
import { addressOf } from "./routes.ts";
import type { ServiceOptions } from "./serviceOptions.ts";

/** https://aiven.io/docs/products/postgresql/reference/list-of-advanced-params: the one that every service has. */
export const DEFAULT_DATABASE = "defaultdb";

export interface AivenPostgresArgs {
  readonly project: AivenProject;
  readonly plan: string;
  /** Such as 17. */
  readonly version: string;
  readonly options?: ServiceOptions;
  /** Whether Aiven runs Flink too, whose integration brings a user of its own. */
  readonly flinkOnAiven: boolean;
}

/**
 * Aiven for PostgreSQL, over TLS that is verified. A Flink that we run ourselves has a user of its own, which can
 * read thresholds and fill tables of results. It costs what its plan costs: `npm run cost`.
 *
 * @example
 * const postgres = new AivenPostgres("postgres", { project, plan: "startup-4", version: "17", flinkOnAiven: true });
 */
export class AivenPostgres extends pulumi.ComponentResource implements PostgresDatabase {
  readonly serviceName: pulumi.Output<string>;
  private readonly service: aiven.Pg;
  private readonly flinkUser: aiven.PgUser | undefined;

  constructor(
    name: string,
    private readonly args: AivenPostgresArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("streaming:aiven:Postgres", name, {}, opts);
    const { project, plan, version, flinkOnAiven, options } = args;
    this.service = new aiven.Pg(
      `${name}-service`,
      {
        ...project.service("postgresql", plan, options),
        pgUserConfig: project.userConfig("pg", { pgVersion: version }, options),
      },
      { parent: this, ...project.protection },
    );
    project.observe(name, this.service);
    this.serviceName = this.service.serviceName;
    this.flinkUser = flinkOnAiven
      ? undefined
      : new aiven.PgUser(
          `${name}-flink`,
          { project: project.name, serviceName: this.serviceName, username: project.userName("flink", {}) },
          { parent: this, deletedWith: this.service },
        );
    this.registerOutputs();
  }

  /** The same from everywhere. */
  connection({ role }: Pick<Client<PostgresRole>, "role">): pulumi.Output<PostgresConnection> {
    const { serviceUsername, servicePassword } = this.service;
    const { host, port } = addressOf(this.service, "pg", this.args.options);
    const flink = role === "flink" ? this.flinkUser : undefined;
    return pulumi.secret(
      pulumi.output({
        host,
        port,
        database: DEFAULT_DATABASE,
        user: flink?.username ?? serviceUsername,
        password: flink?.password ?? servicePassword,
        tls: { ca: this.args.project.ca },
      }),
    );
  }

  createThresholdTable(
    name: string,
    args: ThresholdArgs,
    opts: pulumi.ComponentResourceOptions,
  ): pulumi.Resource {
    const inputs = { connection: this.connection({ role: "owner" }), ...args };
    return this.granted(
      name,
      args,
      ["SELECT"],
      opts,
      (own) => new ThresholdTable(`${name}-table`, inputs, own),
    );
  }

  createTable(name: string, args: TableArgs, opts: pulumi.ComponentResourceOptions): pulumi.Resource {
    const inputs = { connection: this.connection({ role: "owner" }), ...args };
    const privileges: Privilege[] = ["SELECT", "INSERT", "UPDATE"];
    return this.granted(name, args, privileges, opts, (own) => new Table(`${name}-table`, inputs, own));
  }

  private granted(
    name: string,
    { table }: TableArgs,
    privileges: readonly Privilege[],
    opts: pulumi.ComponentResourceOptions,
    create: (opts: pulumi.CustomResourceOptions) => pulumi.Resource,
  ): pulumi.Resource {
    const grant = this.flinkUser && {
      connection: this.connection({ role: "owner" }),
      table,
      role: this.flinkUser.username,
      privileges: [...privileges],
    };
    const { protection } = this.args.project;
    return new GrantedTable(
      name,
      { create, grant, goesWith: { deletedWith: this.service }, protection },
      opts,
    );
  }
}
