import * as pulumi from "@pulumi/pulumi";
import type { Output } from "../clients/results/output.ts";
import { appConfig } from "./appConfig.ts";
import {
  type AppConfig,
  type AppHost,
  type FlinkRuntime,
  isCluster,
  type KafkaCluster,
  type Network,
  type OpenSearchCluster,
  type PostgresDatabase,
  thisMachine,
} from "./contract.ts";
import type { Names } from "./names.ts";
import {
  outputOwner,
  type PipelineName,
  pipelineOf,
  silenceTable,
  sourceTopic,
  thresholdTable,
} from "./pipelines.ts";
import { type SourceFormat, unlikeTutorial } from "./source/sourceFormat.ts";

/** What the page shows, and how. */
export interface PageOptions {
  readonly kafka: KafkaCluster;
  readonly postgres: PostgresDatabase;
  /** Absent if the stack runs none. */
  readonly openSearch?: OpenSearchCluster | undefined;
  readonly flink: FlinkRuntime;
  readonly names: Names;
  /** How readings are written. */
  readonly sourceFormat: SourceFormat;
  readonly pipelines: readonly PipelineName[];
  /** Where the results are, by pipeline. */
  readonly results: Partial<Record<PipelineName, Output>>;
  readonly port: number;
  readonly readOnly: boolean;
  /** The settings alerts.raiseAfter and alerts.clearAfter. */
  readonly raiseAfter: number;
  readonly clearAfter: number;
  /** The setting flink.thresholdCache, in ms. */
  readonly thresholdCacheMs: number;
  /** Whether the stack runs a generator and a notifier. */
  readonly generator: boolean;
  readonly notifier: boolean;
}

export interface PageArgs extends PageOptions {
  readonly apps: AppHost;
}

/**
 * The live page of a stack, kept running.
 *
 * @example
 * new Page("page", { apps, kafka, postgres, flink, names, sourceFormat: tutorialFormat, pipelines, results, port: 28080, readOnly: false, raiseAfter: 1, clearAfter: 2, thresholdCacheMs: 5000, generator: true, notifier: true }, { dependsOn: topics });
 */
export class Page extends pulumi.ComponentResource {
  /** Its address on this machine. */
  readonly url: string;

  constructor(name: string, { apps, ...options }: PageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("streaming:index:Page", name, {}, opts);
    this.url = pageUrl(options.port);
    const own = {
      host: apps.listensOn,
      webDirectory: apps.webDirectory,
      readyFile: apps.fileOf("page", "ready"),
    };
    const config = pageConfig(options, own, apps.network);
    apps.run("page", config, "ready", { parent: this }, { "page.port": options.port });
    this.registerOutputs();
  }
}

/** The address of a page on this machine. */
export const pageUrl = (port: number): string => `http://127.0.0.1:${port}`;

/**
 * What apps/page takes as its `--config`; secret.
 *
 * @param own options of the machine that serves it
 * @param from where it is served
 */
export function pageConfig(
  args: PageOptions,
  own: pulumi.Inputs = {},
  from: Network = thisMachine,
): pulumi.Output<AppConfig> {
  const {
    kafka,
    postgres,
    openSearch,
    flink,
    names,
    sourceFormat,
    port,
    readOnly,
    generator,
    notifier,
    raiseAfter,
    clearAfter,
    thresholdCacheMs,
  } = args;
  const stack = pulumi.getStack();
  const pipelines = args.pipelines.map((pipeline) => {
    const { reads } = pipelineOf(pipeline);
    const read = reads === undefined ? undefined : args.results[reads as PipelineName];
    const output = args.results[outputOwner(pipeline)];
    return [
      pipeline,
      {
        group: names.group(pipeline),
        job: `${stack}-${pipeline}`,
        topic: read !== undefined && "topic" in read ? read.topic : names.topic(sourceTopic),
        ...(reads !== undefined && { reads }),
        ...(output !== undefined && { output }),
      },
    ];
  });
  const options = flink.access.apply((access) => ({
    stack,
    port,
    readOnly,
    generator,
    sourceTopic: names.topic(sourceTopic),
    ...(unlikeTutorial(sourceFormat).length > 0 && { sourceFormat }),
    thresholdTable: names.table(thresholdTable),
    silenceTable: names.table(silenceTable),
    raiseAfter,
    clearAfter,
    thresholdCacheMs,
    pipelines: Object.fromEntries(pipelines),
    ...(isCluster(access) && { flinkUrl: flink.webUrlFrom?.(from) ?? access.webUrl }),
    ...(notifier && { notifierGroup: names.group("notifier") }),
  }));
  const connections = {
    postgres: postgres.connection({ role: "owner", from }),
    ...(openSearch && { openSearch: openSearch.connection({ role: "operator", from }) }),
    ...own,
  };
  const all = pulumi
    .all([options, pulumi.output(connections)])
    .apply(([one, other]) => ({ ...one, ...other }));
  return appConfig(kafka.connection({ role: "operator", from }), all);
}
