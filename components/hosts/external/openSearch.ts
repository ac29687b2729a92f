import * as pulumi from "@pulumi/pulumi";
import type { OpenSearchConnection } from "../../../clients/openSearch/client.ts";
import { IndexTemplate } from "../../../provider/sdk.ts";
import type { Client, IndexTemplateArgs, OpenSearchCluster, OpenSearchRole } from "../../contract.ts";

export interface ExternalOpenSearchArgs {
  readonly connection: OpenSearchConnection;
  /** Who creates the index, as stored in its `_meta`. */
  readonly madeBy: string;
}

/**
 * An existing OpenSearch, whoever runs it. Only an index and its template are created in it. It adds no cost.
 *
 * @example
 * const openSearch = new ExternalOpenSearch("openSearch", { connection, madeBy: "the stack demo" });
 */
export class ExternalOpenSearch extends pulumi.ComponentResource implements OpenSearchCluster {
  private readonly address: pulumi.Output<OpenSearchConnection>;

  constructor(
    name: string,
    private readonly args: ExternalOpenSearchArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("streaming:external:OpenSearch", name, {}, opts);
    this.address = pulumi.secret(args.connection);
    this.registerOutputs();
  }

  /** The same for all clients, but Flink's connector accepts no certificate authority: its Java must know it. */
  connection({ role }: Pick<Client<OpenSearchRole>, "role">): pulumi.Output<OpenSearchConnection> {
    if (role !== "flink") return this.address;
    return this.address.apply(({ ca: _, ...address }) => address);
  }

  createIndexTemplate(
    name: string,
    { body, ...args }: IndexTemplateArgs,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource {
    const { madeBy } = this.args;
    const signed = { ...body, mappings: { ...body.mappings, _meta: { madeBy } } };
    return new IndexTemplate(name, { connection: this.address, ...args, body: signed, madeBy }, opts);
  }
}
