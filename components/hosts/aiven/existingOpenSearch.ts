import * as aiven from "@pulumi/aiven";
import * as pulumi from "@pulumi/pulumi";
import type { OpenSearchConnection } from "../../../clients/openSearch/client.ts";
import { IndexTemplate } from "../../../provider/sdk.ts";
import type { IndexTemplateArgs, OpenSearchCluster } from "../../contract.ts";
import type { AivenProject } from "./project.ts";

export interface ExistingOpenSearchArgs {
  readonly project: AivenProject;
  /** Name of the service. */
  readonly existing: string;
  /** Who creates the index, as stored in its `_meta`. */
  readonly madeBy: string;
}

/**
 * An existing OpenSearch on Aiven, which stays as it is. The stack has an index in it, and a user with rights to that
 * index only, if the service's access control is on. The index is created as the service's administrator, because a
 * template is not part of an index. It adds no cost.
 *
 * @example
 * const openSearch = new ExistingOpenSearch("openSearch", { project, existing: "company-search", madeBy: "the stack demo" });
 */
export class ExistingOpenSearch extends pulumi.ComponentResource implements OpenSearchCluster {
  readonly serviceName: pulumi.Output<string>;
  private readonly user: aiven.OpensearchUser;

  constructor(
    private readonly name: string,
    private readonly args: ExistingOpenSearchArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("streaming:aiven:ExistingOpenSearch", name, {}, opts);
    const { project, existing } = args;
    this.serviceName = pulumi.output(existing);
    this.user = new aiven.OpensearchUser(
      `${name}-user`,
      { ...this.place, username: project.userName("search", args) },
      { parent: this },
    );
    this.registerOutputs();
  }

  /** The same for all clients: the service's ordinary address, which is a private one in a VPC, and the one user. */
  connection(): pulumi.Output<OpenSearchConnection> {
    return this.as(this.user.username, this.user.password);
  }

  createIndexTemplate(
    name: string,
    { body, index, ...args }: IndexTemplateArgs,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource {
    const { madeBy, project, existing } = this.args;
    const rule = new aiven.OpenSearchAclRule(
      `${this.name}-rule`,
      { ...this.place, index, username: this.user.username, permission: "admin" },
      { parent: this },
    );
    const signed = { ...body, mappings: { ...body.mappings, _meta: { madeBy } } };
    const address = project.addressOf(existing);
    const connection = this.as(
      address.apply(({ user = "" }) => user),
      address.apply(({ password = "" }) => password),
    );
    return new IndexTemplate(
      name,
      { connection, ...args, index, body: signed, madeBy },
      { ...pulumi.mergeOptions(opts, { dependsOn: rule }), ...project.protection },
    );
  }

  private get place() {
    return { project: this.args.project.name, serviceName: this.args.existing };
  }

  private as(
    username: pulumi.Output<string>,
    password: pulumi.Output<string>,
  ): pulumi.Output<OpenSearchConnection> {
    const { host, port } = this.args.project.addressOf(this.args.existing);
    const url = pulumi.interpolate`https://${host}:${port}`;
    return pulumi.secret(pulumi.output({ url, username, password }));
  }
}
