import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { projectDirectory } from "../../../lib/paths.ts";
import { typeScriptCommand } from "../../../lib/typeScriptCommand.ts";
import { PID_FILE } from "../../../provider/process/serverFolder.ts";
import { Server } from "../../../provider/sdk.ts";
import { pageDirectory } from "../../../setup/page.ts";
import { type AppConfig, type AppHost, type AppName, thisMachine } from "../../contract.ts";
import { nodeOptions } from "../nodeOptions.ts";
import type { StackFolders } from "./folders.ts";

/**
 * Runs apps as processes on this machine, about 0.1 GB of memory each. Their config, including its secrets, reaches
 * them in a file of mode 0600.
 */
export class LocalApps implements AppHost {
  readonly network = thisMachine;
  readonly listensOn = "127.0.0.1";

  /** @param supervised whether an app is restarted if it dies */
  constructor(
    private readonly folders: StackFolders,
    private readonly supervised: boolean,
  ) {}

  get webDirectory(): string {
    return pageDirectory();
  }

  fileOf(app: AppName, name: string): string {
    return join(this.folders.data(app), name);
  }

  run(
    app: AppName,
    config: pulumi.Output<AppConfig>,
    readyFile: string,
    opts: pulumi.CustomResourceOptions,
    ports: Readonly<Record<string, number>> = {},
  ): pulumi.Resource {
    const directory = this.folders.data(app);
    const main = join(projectDirectory, "apps", app, "main.ts");
    const [node = process.execPath, ...program] = typeScriptCommand(main, "--config", "config.json");
    return new Server(
      `${app}-process`,
      {
        command: [node, ...nodeOptions[app], ...program],
        directory,
        logFile: this.folders.log(app),
        supervised: this.supervised,
        files: { "config.json": { content: pulumi.jsonStringify(config), secret: true } },
        ports: { ...ports },
        // The file outlives a restart: it has to be newer than what the server resource writes at a start.
        readiness: { command: ["test", join(directory, readyFile), "-nt", join(directory, PID_FILE)] },
      },
      opts,
    );
  }
}
