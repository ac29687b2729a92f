import * as pulumi from "@pulumi/pulumi";
import type { FlinkAccess, FlinkRuntime, PipelineArgs } from "../../contract.ts";
import { SqlCluster } from "../../selfManaged/sqlCluster.ts";
import { withoutSlash } from "./withoutSlash.ts";

export interface GatewayFlinkArgs {
  readonly gatewayUrl: string;
  readonly webUrl: string;
  /** Whether the jar of flink/reading is in the cluster's and the gateway's lib folder. */
  readonly hasReadingFormat: boolean;
  /** Parallel tasks of each pipeline. */
  readonly parallelism: number;
  /** Pipelines that may start without their earlier state. */
  readonly freshStart: readonly string[];
}

/**
 * Any Apache Flink 1.20 session cluster that has a SQL Gateway, such as one on Kubernetes. It exists already: only jobs
 * are created on it. It needs the connectors of tools/jars/pom.xml.
 *
 * @example
 * const flink = new GatewayFlink("flink", { gatewayUrl, webUrl, hasReadingFormat: false, parallelism: 1, freshStart: [] });
 */
export class GatewayFlink extends pulumi.ComponentResource implements FlinkRuntime {
  readonly hasReadingFormat: boolean;
  readonly access: pulumi.Output<FlinkAccess>;
  private readonly sql: SqlCluster;

  constructor(name: string, args: GatewayFlinkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("streaming:gateway:Flink", name, {}, opts);
    const gatewayUrl = withoutSlash(args.gatewayUrl);
    const webUrl = withoutSlash(args.webUrl);
    this.hasReadingFormat = args.hasReadingFormat;
    this.access = pulumi.output({ webUrl, gatewayUrl });
    this.sql = new SqlCluster(
      name,
      {
        gatewayUrl,
        jobManagerUrl: webUrl,
        parallelism: args.parallelism,
        freshStart: args.freshStart,
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
