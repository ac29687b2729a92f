import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { PID_FILE } from "../../provider/process/serverProcess.ts";
import { Server } from "../../provider/sdk.ts";
import { sourceTopic } from "../pipelines.ts";
import type { KafkaCluster } from "../services.ts";
import type { Settings } from "../settings.ts";
import { projectDirectory, type StackFolders } from "./folders.ts";

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
    const config = kafka.connection.apply((connection) => ({
      "config.json": { content: JSON.stringify({ kafka: connection, options }), secret: true },
    }));
    new Server(
      `${name}-process`,
      {
        command: [
          process.execPath,
          "--import",
          import.meta.resolve("tsx"),
          join(projectDirectory, "apps/generator/main.ts"),
          "--config",
          "config.json",
        ],
        directory,
        logFile: folders.log("generator"),
        files: config,
        // The progress file outlives a restart: it has to be newer than what the server resource writes at a start.
        readiness: { command: ["test", options.progressFile, "-nt", join(directory, PID_FILE)] },
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
