import * as pulumi from "@pulumi/pulumi";
import type { OpenSearchConnection } from "../../../clients/openSearch/client.ts";
import { IndexTemplate } from "../../../provider/sdk.ts";
import {
  type Client,
  type IndexTemplateArgs,
  type OpenSearchCluster,
  type OpenSearchRole,
  thisMachine,
} from "../../contract.ts";
import { QUICK_START } from "../../selfManaged/jvm.ts";
import { answers, container } from "./container.ts";
import type { DockerHost } from "./host.ts";

const ALIAS = "opensearch";
const PORT = 9200;

export interface DockerOpenSearchArgs {
  readonly host: DockerHost;
  readonly image: string;
  /** On 127.0.0.1 of the engine's machine. */
  readonly port: number;
}

/**
 * An OpenSearch node in a container, without its security plugin. It may take 2 GB of memory.
 *
 * @example
 * const openSearch = new DockerOpenSearch("openSearch", { host, image: "opensearchproject/opensearch:2.19.1", port: 9290 });
 */
export class DockerOpenSearch extends pulumi.ComponentResource implements OpenSearchCluster {
  private readonly node: pulumi.Resource;
  private readonly data: pulumi.Resource;

  constructor(
    name: string,
    private readonly args: DockerOpenSearchArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("streaming:docker:OpenSearch", name, {}, opts);
    const { host, image, port } = args;
    const data = host.volume(`${name}-data`, ALIAS, this);
    this.data = data;
    this.node = container(
      `${name}-node`,
      host,
      {
        alias: ALIAS,
        image: host.image(`${name}-image`, image, this),
        user: "opensearch",
        environment: ENVIRONMENT,
        volumes: { "/usr/share/opensearch/data": data },
        ports: { [PORT]: port },
        megabytes: 2048,
        // After a restart it answers before it has its indexes back.
        healthy: answers("127.0.0.1", PORT, "/_cluster/health?wait_for_status=yellow&timeout=1s"),
      },
      { parent: this },
    );
    this.registerOutputs();
  }

  /** The same for all roles. */
  connection({ from }: Pick<Client<OpenSearchRole>, "from">): pulumi.Output<OpenSearchConnection> {
    const { host, port } = this.args;
    return pulumi.output({
      url: from === host.inside ? `http://${ALIAS}:${PORT}` : `http://127.0.0.1:${port}`,
    });
  }

  createIndexTemplate(
    name: string,
    args: IndexTemplateArgs,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource {
    return new IndexTemplate(
      name,
      { connection: this.connection({ from: thisMachine }), ...args },
      pulumi.mergeOptions(opts, { dependsOn: this.node, deletedWith: this.data }),
    );
  }
}

/** https://docs.opensearch.org/2.19/install-and-configure/install-opensearch/docker/: settings by their own names. */
const ENVIRONMENT = {
  "cluster.name": "streaming",
  "discovery.type": "single-node",
  // A disk that is nearly full would make every index read-only.
  "cluster.routing.allocation.disk.threshold_enabled": "false",
  // If a job wrote to an index before it is created, the fields would be guessed.
  "action.auto_create_index": "false",
  DISABLE_INSTALL_DEMO_CONFIG: "true",
  DISABLE_PERFORMANCE_ANALYZER_AGENT_CLI: "true",
  DISABLE_SECURITY_PLUGIN: "true",
  // Its garbage collection log would be files of up to 2 GB in the container.
  OPENSEARCH_JAVA_OPTS: `-Xms512m -Xmx512m ${QUICK_START} -Xlog:disable -Xlog:all=warning:stderr`,
};
