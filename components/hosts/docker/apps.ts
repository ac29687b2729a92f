import * as pulumi from "@pulumi/pulumi";
import type { AppConfig, AppHost, AppName, Network } from "../../contract.ts";
import { nodeOptions } from "../nodeOptions.ts";
import { builtImage } from "./builtImage.ts";
import { container } from "./container.ts";
import type { DockerHost } from "./host.ts";

/** Created by apps/Dockerfile. */
const DATA = "/data";
const WEB = "/app/web";
const CONFIG = "/etc/streaming/config.json";

/**
 * Runs apps in containers, on one small Node image, with at most 0.25 GB of memory each. Their config, including its
 * secrets, reaches them in a file inside the container.
 */
export class DockerApps implements AppHost {
  readonly network: Network;
  /** In the container; the engine publishes the port on 127.0.0.1 of its machine. */
  readonly listensOn = "0.0.0.0";
  readonly webDirectory = WEB;
  private image: pulumi.Output<string> | undefined;

  constructor(private readonly args: { readonly host: DockerHost; readonly nodeImage: string }) {
    this.network = args.host.inside;
  }

  fileOf(_app: AppName, name: string): string {
    return `${DATA}/${name}`;
  }

  run(
    app: AppName,
    config: pulumi.Output<AppConfig>,
    readyFile: string,
    opts: pulumi.CustomResourceOptions,
    ports: Readonly<Record<string, number>> = {},
  ): pulumi.Resource {
    const { host } = this.args;
    const parent = opts.parent ?? host;
    return container(
      `${app}-container`,
      host,
      {
        alias: app,
        image: this.builtImage(),
        user: "node",
        command: ["node", ...nodeOptions[app], `/app/${app}.mjs`, "--config", CONFIG],
        secretFiles: { [CONFIG]: pulumi.jsonStringify(config) },
        volumes: { [DATA]: host.volume(`${app}-data`, app, parent) },
        ports: Object.fromEntries(Object.values(ports).map((port) => [port, port])),
        megabytes: 256,
        // The file outlives a restart: it has to be newer than what the engine writes at each start.
        healthy: ["test", this.fileOf(app, readyFile), "-nt", "/etc/hostname"],
      },
      opts,
    );
  }

  private builtImage(): pulumi.Output<string> {
    const { host, nodeImage } = this.args;
    this.image ??= builtImage(
      `${host.resourceName}-apps`,
      host,
      {
        folder: "apps",
        arguments: { NODE_IMAGE: nodeImage },
        copies: ["package.json", "package-lock.json", ".npmrc", "apps", "clients", "lib"],
      },
      { parent: host },
    );
    return this.image;
  }
}
