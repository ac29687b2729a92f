import * as pulumi from "@pulumi/pulumi";
import type { OpenSearchConnection } from "../../../clients/openSearch/client.ts";
import { IndexTemplate, Server } from "../../../provider/sdk.ts";
import { jarDirectory } from "../../../setup/jars.ts";
import type { IndexTemplateArgs, OpenSearchCluster } from "../../contract.ts";
import { QUICK_START, smallHeap } from "../../selfManaged/jvm.ts";
import type { StackFolders } from "./folders.ts";
import { javaFiles, javaServer } from "./java.ts";

export interface LocalOpenSearchArgs {
  readonly port: number;
  readonly transportPort: number;
  /** Whether it is restarted if it dies. */
  readonly supervised: boolean;
  readonly folders: StackFolders;
}

/**
 * An OpenSearch node on this machine, reachable from this machine only, without the security plugin.
 * It costs about 0.25 GB of memory.
 *
 * @example
 * const openSearch = new LocalOpenSearch("openSearch", { port: 9290, transportPort: 29300, supervised: true, folders });
 */
export class LocalOpenSearch extends pulumi.ComponentResource implements OpenSearchCluster {
  private readonly address: pulumi.Output<OpenSearchConnection>;
  private readonly node: Server;

  constructor(
    name: string,
    { port, transportPort, supervised, folders }: LocalOpenSearchArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("streaming:local:OpenSearch", name, {}, opts);
    const url = `http://127.0.0.1:${port}`;
    this.address = pulumi.output({ url });
    this.node = new Server(
      `${name}-node`,
      {
        ...javaServer({
          jars: [jarDirectory("opensearch")],
          mainClass: "org.codelibs.opensearch.runner.OpenSearchRunner",
          heap: smallHeap(256),
          options: [QUICK_START],
          arguments: runnerArguments(port),
        }),
        directory: folders.data("opensearch"),
        logFile: folders.log("opensearch"),
        supervised,
        files: { ...javaFiles, "config/opensearch.yml": { content: openSearchYml(transportPort) } },
        ports: { "openSearch.port": port, "openSearch.transportPort": transportPort },
        // After a restart it answers before it has its indexes back.
        readiness: { http: `${url}/_cluster/health?wait_for_status=yellow&timeout=1s` },
        startTimeoutSeconds: 120,
      },
      { parent: this },
    );
    this.registerOutputs();
  }

  /** The same for all clients: whoever is on this machine can reach it. */
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
      pulumi.mergeOptions(opts, { dependsOn: this.node, deletedWith: this.node }),
    );
  }
}

/** The runner is a main class for OpenSearch's Node; `config` has the rest. */
function runnerArguments(port: number): string[] {
  const options = {
    // It listens on the next port, and never above 9299.
    baseHttpPort: port - 1,
    numOfNode: 1,
    clusterName: "streaming",
    basePath: ".",
    confPath: "config",
    dataPath: "data",
    logsPath: "logs",
    // Scripts, percolator and the like would double the memory and the time to start.
    moduleTypes: "org.opensearch.transport.Netty4Plugin",
  };
  // Logging is set up by Log4j itself, as for every other server.
  return ["-disableESLogger", ...Object.entries(options).flatMap(([key, value]) => [`-${key}`, `${value}`])];
}

// https://docs.opensearch.org/2.19/install-and-configure/configuring-opensearch/
function openSearchYml(transportPort: number): string {
  return `network.host: 127.0.0.1
transport.port: ${transportPort}
discovery.type: single-node
# A disk that is nearly full would make every index read-only.
cluster.routing.allocation.disk.threshold_enabled: false
# An index that a job writes to before it is created would have guessed fields.
action.auto_create_index: false
`;
}
