import * as aiven from "@pulumi/aiven";
import * as pulumi from "@pulumi/pulumi";
import type { OpenSearchConnection } from "../../../clients/openSearch/client.ts";
import { IndexTemplate } from "../../../provider/sdk.ts";
import type { IndexTemplateArgs, OpenSearchCluster } from "../../contract.ts";
import type { AivenProject } from "./project.ts";
import { addressOf } from "./routes.ts";
import { ALWAYS, type ServiceOptions } from "./serviceOptions.ts";

export interface AivenOpenSearchArgs {
  readonly project: AivenProject;
  readonly plan: string;
  /** Such as 2.19. */
  readonly version: string;
  readonly options?: ServiceOptions;
}

/**
 * Aiven for OpenSearch. Its certificate is signed by a public authority. It costs what its plan costs:
 * `npm run cost`.
 *
 * @example
 * const openSearch = new AivenOpenSearch("openSearch", { project, plan: "startup-4", version: "2.19" });
 */
export class AivenOpenSearch extends pulumi.ComponentResource implements OpenSearchCluster {
  readonly serviceName: pulumi.Output<string>;
  private readonly address: pulumi.Output<OpenSearchConnection>;
  private readonly service: aiven.OpenSearch;

  constructor(
    name: string,
    private readonly args: AivenOpenSearchArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("streaming:aiven:OpenSearch", name, {}, opts);
    const { project, plan, version, options } = args;
    this.service = new aiven.OpenSearch(
      `${name}-service`,
      {
        ...project.service("opensearch", plan, options),
        opensearchUserConfig: project.userConfig(
          "opensearch",
          { opensearchVersion: version, ...ALWAYS.openSearch },
          options,
        ),
      },
      { parent: this, ...project.protection },
    );
    const { serviceName, serviceUsername, servicePassword } = this.service;
    const { host, port } = addressOf(this.service, "opensearch", options);
    project.observe(name, this.service);
    this.serviceName = serviceName;
    this.address = pulumi.secret(
      pulumi.output({
        url: pulumi.interpolate`https://${host}:${port}`,
        username: serviceUsername,
        password: servicePassword,
      }),
    );
    this.registerOutputs();
  }

  /** The same for all clients: the service has one user. */
  connection(): pulumi.Output<OpenSearchConnection> {
    return this.address;
  }

  createIndexTemplate(
    name: string,
    args: IndexTemplateArgs,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource {
    return new IndexTemplate(
      name,
      { connection: this.address, ...args },
      { ...opts, deletedWith: this.service, ...this.args.project.protection },
    );
  }
}
