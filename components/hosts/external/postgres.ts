import * as pulumi from "@pulumi/pulumi";
import type { PostgresConnection } from "../../../clients/postgres/connection.ts";
import { Schema, Table, ThresholdTable } from "../../../provider/sdk.ts";
import type { PostgresDatabase, TableArgs, ThresholdArgs } from "../../contract.ts";

export interface ExternalPostgresArgs {
  readonly connection: PostgresConnection;
  /** The schema of the tables; created if it does not exist. */
  readonly schema: string;
  /** Who creates the tables, as stored in their comments. */
  readonly madeBy: string;
}

/**
 * An existing PostgreSQL, whoever runs it. Only tables are created in it, in a schema of their own. All roles share the
 * one user whose login is given. It adds no cost.
 *
 * @example
 * const postgres = new ExternalPostgres("postgres", { connection, schema: "demo", madeBy: "the stack demo" });
 */
export class ExternalPostgres extends pulumi.ComponentResource implements PostgresDatabase {
  private readonly address: pulumi.Output<PostgresConnection>;
  private readonly schema: Schema;

  constructor(
    name: string,
    private readonly args: ExternalPostgresArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("streaming:external:Postgres", name, {}, opts);
    const { connection, schema, madeBy } = args;
    this.address = pulumi.secret(connection);
    this.schema = new Schema(
      `${name}-schema`,
      { connection: this.address, schema, madeBy, creators: [] },
      { parent: this },
    );
    this.registerOutputs();
  }

  /** The same for all clients. */
  connection(): pulumi.Output<PostgresConnection> {
    return this.address;
  }

  createThresholdTable(
    name: string,
    { grants: _, ...args }: ThresholdArgs,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource {
    const { madeBy } = this.args;
    return new ThresholdTable(name, { connection: this.address, ...args, madeBy }, this.inSchema(opts));
  }

  createTable(
    name: string,
    { grants: _, ...args }: TableArgs,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource {
    const { madeBy } = this.args;
    return new Table(name, { connection: this.address, ...args, madeBy }, this.inSchema(opts));
  }

  private inSchema(opts: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
    return pulumi.mergeOptions(opts, { dependsOn: this.schema });
  }
}
