import * as pulumi from "@pulumi/pulumi";
import type { FlinkAccess, FlinkRuntime, PipelineArgs } from "../../contract.ts";
import { SqlCluster } from "../../selfManaged/sqlCluster.ts";
import type { Settings } from "../../settings.ts";

/**
 * Any Apache Flink 1.20 session cluster that has a SQL Gateway, such as one on Kubernetes. It is there already:
 * only jobs are created on it. It needs the connectors of tools/jars/pom.xml.
 *
 * @example
 * const flink = new GatewayFlink("flink", { settings });
 */
export class GatewayFlink extends pulumi.ComponentResource implements FlinkRuntime {
  readonly access: pulumi.Output<FlinkAccess>;
  private readonly sql: SqlCluster;

  constructor(
    name: string,
    { settings }: { readonly settings: Settings },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("streaming:gateway:Flink", name, {}, opts);
    const gatewayUrl = withoutSlash(settings["flink.gatewayUrl"]);
    const webUrl = withoutSlash(settings["flink.webUrl"]);
    this.access = pulumi.output({ webUrl, gatewayUrl });
    this.sql = new SqlCluster(
      name,
      {
        gatewayUrl,
        jobManagerUrl: webUrl,
        parallelism: settings["flink.parallelism"],
        freshStart: settings.freshStart,
        incarnation: "",
      },
      {},
      this,
    );
    this.registerOutputs();
  }

  runPipeline(name: string, args: PipelineArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    return this.sql.runPipeline(name, args, opts);
  }
}

const withoutSlash = (url: string) => url.replace(/\/$/, "");
