import * as pulumi from "@pulumi/pulumi";
import { appConfig } from "./appConfig.ts";
import type { AppConfig, AppHost, KafkaCluster, Place } from "./contract.ts";
import { sourceTopic } from "./pipelines.ts";
import type { Settings } from "./settings.ts";

export interface GeneratorArgs {
  readonly settings: Settings;
  readonly kafka: KafkaCluster;
  readonly apps: AppHost;
}

/**
 * The generator of CPU readings, kept running.
 *
 * @example
 * new Generator("generator", { settings, kafka, apps }, { dependsOn: topic });
 */
export class Generator extends pulumi.ComponentResource {
  constructor(
    name: string,
    { settings, kafka, apps }: GeneratorArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(
      "streaming:index:Generator",
      name,
      {},
      { ...opts, aliases: [{ type: "streaming:local:Generator" }] },
    );
    const config = generatorConfig(
      settings,
      kafka,
      {
        labels: apps.fileOf("generator", "labels.jsonl"),
        progressFile: apps.fileOf("generator", "progress.json"),
      },
      apps.place,
    );
    apps.run("generator", config, "progress.json", { parent: this });
    this.registerOutputs();
  }
}

/**
 * What apps/generator takes as its `--config`; secret where it holds credentials.
 *
 * @param files options that name files
 * @param place where it runs
 */
export function generatorConfig(
  settings: Settings,
  kafka: KafkaCluster,
  files: Readonly<Record<string, string>> = {},
  place: Place = "elsewhere",
): pulumi.Output<AppConfig> {
  return appConfig(kafka.connectionFor("generator", place), {
    topic: sourceTopic,
    rate: settings["generator.rate"],
    seed: settings["generator.seed"],
    backfill: `${settings["generator.backfillMinutes"]}m`,
    ...files,
  });
}
