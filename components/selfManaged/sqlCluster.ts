import * as pulumi from "@pulumi/pulumi";
import type { CheckpointFolder } from "../../provider/flink/checkpoints.ts";
import { SqlJob, UniqueId } from "../../provider/sdk.ts";
import { serviceOf } from "../connectors.ts";
import { type Network, type PipelineArgs, thisMachine } from "../contract.ts";
import { deliveryOptions, withOptions } from "../ddl.ts";
import { jdbcOptions, kafkaOptions, openSearchOptions } from "./tableOptions.ts";

export interface SqlClusterArgs extends CheckpointFolder {
  readonly gatewayUrl: string;
  readonly jobManagerUrl: string;
  readonly parallelism: number;
  /** Time between checkpoints in ms; unknown for a cluster that is not ours. */
  readonly checkpointIntervalMs?: number;
  /** Where its TaskManagers run; the network of this machine unless given. */
  readonly network?: Network;
  /** A folder on this machine that records the jobs, so that they are resumed without an `up`. */
  readonly recordDirectory?: string;
  /** Changes when the cluster restarts, so that its jobs are checked. */
  readonly incarnation: pulumi.Input<string>;
  /** Pipelines that may start without their earlier state. */
  readonly freshStart: readonly string[];
}

/**
 * State of a host expires this long after its last reading: otherwise the state would grow with every name ever seen.
 * More than an hour, because a clock that jumps by an hour must not expire anything.
 */
const STATE_TTL_MS = 90 * 60_000;

/** How many times longer the checkpoint interval of a pipeline is if nobody waits for its results. */
const UNHURRIED = 5;
/** They are not made longer than this: Kafka aborts a transaction that waits 15 minutes for its checkpoint. */
const UNHURRIED_MS = 60_000;

const unhurried = (intervalMs: number) =>
  Math.max(intervalMs, Math.min(UNHURRIED * intervalMs, UNHURRIED_MS));

interface JobSettings {
  readonly stateTtlMs?: number | undefined;
  /** The cluster's own, unless given. */
  readonly checkpointIntervalMs?: number | undefined;
}

/** The settings that a session of the SQL Gateway gets before it starts a job. */
export const jobSettings = ({
  stateTtlMs = STATE_TTL_MS,
  checkpointIntervalMs,
}: JobSettings = {}): Record<string, string> => ({
  // Times without a zone are UTC, wherever the cluster runs.
  "table.local-time-zone": "UTC",
  "table.exec.state.ttl": `${stateTtlMs} ms`,
  // Rows are passed between operators without a copy: SQL's own operators keep none that they have passed on.
  "pipeline.object-reuse": "true",
  ...(checkpointIntervalMs !== undefined && {
    "execution.checkpointing.interval": `${checkpointIntervalMs} ms`,
  }),
});

/** Flink that we run ourselves: a session cluster with a SQL Gateway, wherever it runs. */
export class SqlCluster {
  private readonly owner: UniqueId;

  /** @param parent the component that it is a part of, and that its own id belongs to */
  constructor(
    name: string,
    private readonly args: SqlClusterArgs,
    private readonly opts: pulumi.CustomResourceOptions,
    parent?: pulumi.Resource,
  ) {
    this.owner = new UniqueId(`${name}-owner`, parent && { parent });
  }

  /** Runs one pipeline as a job; the resource exists once all tasks of the job run. */
  runPipeline(name: string, pipeline: PipelineArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
    const { freshStart, network = thisMachine, checkpointIntervalMs, ...cluster } = this.args;
    const job = `${pulumi.getStack()}-${pipeline.pipeline}`;
    return new SqlJob(
      name,
      {
        ...cluster,
        job,
        owner: this.owner.value,
        tables: pulumi.secret(
          pulumi.all(pipeline.tables.map((ddl) => connected(ddl, pipeline, job, network))),
        ),
        statement: pipeline.statement,
        settings: jobSettings({
          stateTtlMs: pipeline.stateTtlMs,
          checkpointIntervalMs:
            pipeline.unhurried && checkpointIntervalMs !== undefined
              ? unhurried(checkpointIntervalMs)
              : undefined,
        }),
        freshStart: freshStart.includes(pipeline.pipeline),
        disposableState: pipeline.disposableState ?? false,
        startsFirst: pipeline.startsFirst ?? false,
        freshStartSetting: `the setting freshStart: [${pipeline.pipeline}]`,
      },
      pulumi.mergeOptions(this.opts, opts),
    );
  }
}

/** The table with the addresses and credentials of the service that it is in. */
function connected(ddl: string, pipeline: PipelineArgs, job: string, from: Network): pulumi.Output<string> {
  const client = { role: "flink", from } as const;
  switch (serviceOf(ddl)) {
    case "postgres":
      return pipeline.postgres
        .connection(client)
        .apply((postgres) => withOptions(ddl, jdbcOptions(postgres, job)));
    case "openSearch":
      if (pipeline.openSearch === undefined) {
        throw new pulumi.RunError(
          `the pipeline ${pipeline.pipeline} writes to OpenSearch, and this stack has none`,
        );
      }
      return pipeline.openSearch
        .connection(client)
        .apply((search) => withOptions(ddl, openSearchOptions(search)));
    case "kafka":
      return pipeline.kafka.connection(client).apply((kafka) =>
        withOptions(ddl, {
          ...kafkaOptions(kafka),
          ...deliveryOptions(ddl, pipeline.group),
        }),
      );
  }
}
