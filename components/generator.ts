import * as pulumi from "@pulumi/pulumi";
import { appConfig } from "./appConfig.ts";
import { type AppConfig, type AppHost, type KafkaCluster, type Network, thisMachine } from "./contract.ts";

/** What the generator sends, and to which Kafka. */
export interface GeneratorOptions {
  readonly kafka: KafkaCluster;
  readonly topic: string;
  /** Readings per second, over all hosts. */
  readonly rate: number;
  readonly seed: number;
  /** Minutes of past readings that it sends at the first start. */
  readonly backfillMinutes: number;
  /** Hours of readings before those, one per CPU every 30 s. */
  readonly historyHours: number;
  /** Of each CPU. */
  readonly anomaliesPerDay: number;
}

/** How long anomalies of every kind appear after a stack has started; afterwards they are rare. */
const LIVE_OPENING_MINUTES = 15;

export interface GeneratorArgs extends GeneratorOptions {
  readonly apps: AppHost;
}

/**
 * The generator of CPU readings, kept running.
 *
 * @example
 * new Generator("generator", { kafka, apps, topic: "cpu_load_stats_real", rate: 35, seed: 1, backfillMinutes: 10, historyHours: 24, anomaliesPerDay: 1 }, { dependsOn: topic });
 */
export class Generator extends pulumi.ComponentResource {
  constructor(name: string, { apps, ...options }: GeneratorArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      "streaming:index:Generator",
      name,
      {},
      { ...opts, aliases: [{ type: "streaming:local:Generator" }] },
    );
    const files = {
      labels: apps.fileOf("generator", "labels.jsonl"),
      progressFile: apps.fileOf("generator", "progress.json"),
    };
    apps.run("generator", generatorConfig(options, files, apps.network), "progress.json", { parent: this });
    this.registerOutputs();
  }
}

/**
 * What apps/generator takes as its `--config`; secret if it holds credentials.
 *
 * @param files options that name files
 * @param from where it runs
 */
export function generatorConfig(
  { kafka, topic, rate, seed, backfillMinutes, historyHours, anomaliesPerDay }: GeneratorOptions,
  files: Readonly<Record<string, string>> = {},
  from: Network = thisMachine,
): pulumi.Output<AppConfig> {
  return appConfig(kafka.connection({ role: "generator", from }), {
    topic,
    rate,
    seed,
    backfill: `${backfillMinutes}m`,
    history: `${historyHours}h`,
    anomaliesPerDay,
    opening: `${backfillMinutes + LIVE_OPENING_MINUTES}m`,
    ...files,
  });
}
