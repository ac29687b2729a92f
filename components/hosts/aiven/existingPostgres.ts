import * as aiven from "@pulumi/aiven";
import * as pulumi from "@pulumi/pulumi";
import type { PostgresConnection } from "../../../clients/postgres/connection.ts";
import { Schema, SchemaGrant, Table, ThresholdTable } from "../../../provider/sdk.ts";
import type { Client, PostgresDatabase, PostgresRole, TableArgs, ThresholdArgs } from "../../contract.ts";
import { GrantedTable, grantsOf } from "./grantedTable.ts";
import type { AivenProject } from "./project.ts";
import { DEFAULT_DATABASE } from "./resourceTypes.ts";

export interface ExistingPostgresArgs {
  readonly project: AivenProject;
  /** Name of the service. */
  readonly existing: string;
  /** The database created for the stack; if empty, the service's default one. */
  readonly database: string;
  /** The schema of the tables; created if it does not exist. */
  readonly schema: string;
  /** Who creates the tables, as stored in their comments. */
  readonly madeBy: string;
  /** Whether Flink is on Aiven, too: its integration brings its own user. */
  readonly flinkOnAiven: boolean;
  /** Whether a notifier looks up silences. */
  readonly notifier: boolean;
}

/**
 * An existing PostgreSQL on Aiven, which stays as it is. The stack has a schema in it, and a database if the settings
 * name one; the tables belong to a user who owns nothing else. It adds no cost.
 *
 * @example
 * const postgres = new ExistingPostgres("postgres", { project, existing: "company-pg", database: "", schema: "demo", madeBy: "the stack demo", flinkOnAiven: false, notifier: true });
 */
export class ExistingPostgres extends pulumi.ComponentResource implements PostgresDatabase {
  readonly serviceName: pulumi.Output<string>;
  private readonly database: pulumi.Output<string>;
  private readonly users: Readonly<Record<PostgresRole, aiven.PgUser | undefined>>;
  /** What a table in the schema needs. */
  private readonly prepared: readonly pulumi.Resource[];

  constructor(
    private readonly name: string,
    private readonly args: ExistingPostgresArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("streaming:aiven:ExistingPostgres", name, {}, opts);
    const { existing, database, schema, madeBy, flinkOnAiven, notifier } = args;
    this.serviceName = pulumi.output(existing);
    this.users = {
      owner: this.user("owner"),
      flink: flinkOnAiven ? undefined : this.user("flink"),
      notifier: notifier ? this.user("notifier") : undefined,
    };
    this.database = database === "" ? pulumi.output(DEFAULT_DATABASE) : this.ownDatabase(database);
    const connection = this.asAdministrator();
    const inDatabase = new Schema(
      `${name}-schema`,
      { connection, schema, madeBy, creators: [this.nameOf("owner")] },
      { parent: this },
    );
    const users = Object.entries(this.users).filter(([role]) => role !== "owner");
    const usages = users.flatMap(([role, user]) =>
      user === undefined
        ? []
        : [
            new SchemaGrant(
              `${name}-schema-${role}`,
              { connection, schema: inDatabase.schema, role: user.username },
              { parent: this },
            ),
          ],
    );
    this.prepared = [inDatabase, ...usages];
    this.registerOutputs();
  }

  /** The same for all clients: the service's ordinary address, which is a private one in a VPC. */
  connection({ role }: Pick<Client<PostgresRole>, "role">): pulumi.Output<PostgresConnection> {
    const user = this.users[role];
    return user === undefined ? this.asAdministrator() : this.as(user.username, user.password);
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
      inputs: Omit<A, "grants"> & { connection: pulumi.Output<PostgresConnection>; madeBy: string },
      opts: pulumi.CustomResourceOptions,
    ) => pulumi.Resource,
  ): pulumi.Resource {
    const connection = this.connection({ role: "owner" });
    const { project, madeBy } = this.args;
    return new GrantedTable(
      name,
      {
        create: (own) => create({ connection, ...args, madeBy }, own),
        grants: grantsOf(grants, { connection, table: args.table }, (role) => this.nameOf(role)),
        goesWith: {},
        protection: project.protection,
      },
      pulumi.mergeOptions(opts, { dependsOn: [...this.prepared] }),
    );
  }

  /** The owner of the tables stays who it is when the other users are replaced. */
  private user(role: PostgresRole): aiven.PgUser {
    const { project, existing } = this.args;
    return new aiven.PgUser(
      `${this.name}-${role}`,
      {
        project: project.name,
        serviceName: existing,
        username: project.userName(role, this.args),
      },
      { parent: this, ...(role === "owner" && { ignoreChanges: ["username"] }) },
    );
  }

  private nameOf(role: PostgresRole): pulumi.Input<string> {
    return this.users[role]?.username ?? this.args.project.adminUser;
  }

  private ownDatabase(databaseName: string): pulumi.Output<string> {
    const { project, existing } = this.args;
    const place = { project: project.name, serviceName: existing };
    const created = new aiven.PgDatabase(
      `${this.name}-database`,
      { ...place, databaseName },
      { parent: this, ...project.protection },
    );
    return created.databaseName;
  }

  private asAdministrator(): pulumi.Output<PostgresConnection> {
    const address = this.args.project.addressOf(this.args.existing);
    return this.as(
      address.apply(({ user = "" }) => user),
      address.apply(({ password = "" }) => password),
    );
  }

  private as(
    user: pulumi.Output<string>,
    password: pulumi.Output<string>,
  ): pulumi.Output<PostgresConnection> {
    const { host, port } = this.args.project.addressOf(this.args.existing);
    const tls = { ca: this.args.project.ca };
    return pulumi.secret(pulumi.output({ host, port, database: this.database, user, password, tls }));
  }
}
