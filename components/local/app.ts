import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { PID_FILE } from "../../provider/process/serverProcess.ts";
import { Server } from "../../provider/sdk.ts";
import type { KafkaCluster } from "../services.ts";
import { projectDirectory, type StackFolders } from "./folders.ts";

export interface LocalAppArgs {
  readonly folders: StackFolders;
  readonly kafka: KafkaCluster;
  readonly options: pulumi.Input<Readonly<Record<string, unknown>>>;
  /** The file in the app's folder that it writes once it is at work. */
  readonly readyFile: string;
}

/**
 * One of apps/ as a process on this machine. Its options, with whatever is secret among them, reach it by a file
 * of mode 0600.
 *
 * @param app its folder in apps/, and its folder and log in the stack
 */
export function localApp(app: string, args: LocalAppArgs, opts: pulumi.CustomResourceOptions): Server {
  const { folders, kafka, options, readyFile } = args;
  const directory = folders.data(app);
  return new Server(
    `${app}-process`,
    {
      command: [
        process.execPath,
        "--import",
        import.meta.resolve("tsx"),
        join(projectDirectory, "apps", app, "main.ts"),
        "--config",
        "config.json",
      ],
      directory,
      logFile: folders.log(app),
      files: {
        "config.json": { content: pulumi.jsonStringify({ kafka: kafka.connection, options }), secret: true },
      },
      // The file outlives a restart: it has to be newer than what the server resource writes at a start.
      readiness: { command: ["test", join(directory, readyFile), "-nt", join(directory, PID_FILE)] },
    },
    opts,
  );
}
