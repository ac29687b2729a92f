import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { sourceTopic } from "../pipelines.ts";
import type { KafkaCluster } from "../services.ts";
import type { Settings } from "../settings.ts";
import { localApp } from "./app.ts";
import type { StackFolders } from "./folders.ts";

/**
 * The generator of CPU readings as a process on this machine. It costs about 0.1 GB of memory.
 *
 * @example
 * new LocalGenerator("generator", { settings, folders, kafka }, { dependsOn: topic });
 */
export class LocalGenerator extends pulumi.ComponentResource {
  constructor(
    name: string,
    args: { readonly settings: Settings; readonly folders: StackFolders; readonly kafka: KafkaCluster },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("streaming:local:Generator", name, {}, opts);
    const { settings, folders, kafka } = args;
    const directory = folders.data("generator");
    const options = {
      topic: sourceTopic,
      rate: settings["generator.rate"],
      seed: settings["generator.seed"],
      backfill: `${settings["generator.backfillMinutes"]}m`,
      labels: join(directory, "labels.jsonl"),
      progressFile: join(directory, "progress.json"),
    };
    localApp("generator", { folders, kafka, options, readyFile: "progress.json" }, { parent: this });
    this.registerOutputs();
  }
}
