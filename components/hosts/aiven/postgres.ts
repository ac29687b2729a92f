import * as aiven from "@pulumi/aiven";
import * as pulumi from "@pulumi/pulumi";
import type { PostgresConnection } from "../../../clients/postgres/connection.ts";
import { Table, ThresholdTable } from "../../../provider/sdk.ts";
import type { Client, PostgresDatabase, PostgresRole, TableArgs, ThresholdArgs } from "../../contract.ts";
import { GrantedTable, grantsOf } from "./grantedTable.ts";
import type { AivenProject } from "./project.ts";
import { DEFAULT_DATABASE } from "./resourceTypes.ts";
import { addressOf } from "./routes.ts";
import type { ServiceOptions } from "./serviceOptions.ts";

export interface AivenPostgresArgs {
  readonly project: AivenProject;
  readonly plan: string;
  /** Such as 17. */
  readonly version: string;
  readonly options?: ServiceOptions;
  /** Whether Flink is on Aiven, too: its integration brings its own user. */
  readonly flinkOnAiven: boolean;
}

/**
 * Aiven for PostgreSQL, over verified TLS. The notifier and a Flink that we run ourselves each have a user with only
 * the rights that tables grant it. It costs what its plan costs: `npm run cost`.
 *
 * @example
 * const postgres = new AivenPostgres("postgres", { project, plan: "startup-4", version: "17", flinkOnAiven: true });
 */
export class AivenPostgres extends pulumi.ComponentResource implements PostgresDatabase {
  readonly serviceName: pulumi.Output<string>;
  private readonly service: aiven.Pg;
  private readonly users = new Map<PostgresRole, aiven.PgUser>();

  constructor(
    private readonly name: string,
    private readonly args: AivenPostgresArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("streaming:aiven:Postgres", name, {}, opts);
    const { project, plan, version, options } = args;
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
    this.registerOutputs();
  }

  /** The same from everywhere. */
  connection({ role }: Pick<Client<PostgresRole>, "role">): pulumi.Output<PostgresConnection> {
    const { serviceUsername, servicePassword } = this.service;
    const { host, port } = addressOf(this.service, "pg", this.args.options);
    const user = this.users.get(role);
    const isAdmin = role === "owner" || (role === "flink" && this.args.flinkOnAiven);
    if (user === undefined && !isAdmin) throw new Error(`no table of PostgreSQL lets ${role} in`);
    return pulumi.secret(
      pulumi.output({
        host,
        port,
        database: DEFAULT_DATABASE,
        user: user?.username ?? serviceUsername,
        password: user?.password ?? servicePassword,
        tls: { ca: this.args.project.ca },
      }),
    );
  }

  createThresholdTable(
    name: string,
    args: ThresholdArgs,
    opts: pulumi.ComponentResourceOptions,
  ): pulumi.Resource {
    return this.granted(name, args, opts, (inputs, own) => new ThresholdTable(`${name}-table`, inputs, own));
  }

  createTable(name: string, args: TableArgs, opts: pulumi.ComponentResourceOptions): pulumi.Resource {
    return this.granted(name, args, opts, (inputs, own) => new Table(`${name}-table`, inputs, own));
  }

  private granted<A extends TableArgs>(
    name: string,
    { grants, ...args }: A,
    opts: pulumi.ComponentResourceOptions,
    create: (
      inputs: Omit<A, "grants"> & { connection: pulumi.Output<PostgresConnection> },
      opts: pulumi.CustomResourceOptions,
    ) => pulumi.Resource,
  ): pulumi.Resource {
    const connection = this.connection({ role: "owner" });
    const given = grantsOf(grants, { connection, table: args.table }, (role) =>
      role === "flink" && this.args.flinkOnAiven ? undefined : this.ensureUser(role).username,
    );
    return new GrantedTable(
      name,
      {
        create: (own) => create({ connection, ...args }, own),
        grants: given,
        goesWith: { deletedWith: this.service },
        protection: this.args.project.protection,
      },
      opts,
    );
  }

  private ensureUser(role: PostgresRole): aiven.PgUser {
    const known = this.users.get(role);
    if (known !== undefined) return known;
    const { project } = this.args;
    const user = new aiven.PgUser(
      `${this.name}-${role}`,
      { project: project.name, serviceName: this.serviceName, username: project.userName(role, {}) },
      { parent: this, deletedWith: this.service },
    );
    this.users.set(role, user);
    return user;
  }
}
