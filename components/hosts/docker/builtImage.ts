import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { projectDirectory } from "../../../lib/paths.ts";
import { contentHash } from "./contentHash.ts";
import type { DockerHost } from "./host.ts";

export interface BuiltImageArgs {
  /** Folder beside this file, with the Dockerfile. */
  readonly folder: "flink" | "apps";
  /** The images that it is built on and with, by their names in the Dockerfile. */
  readonly arguments: Readonly<Record<string, string>>;
  /** Files and folders of the project that the Dockerfile copies; .dockerignore lets nothing else through. */
  readonly copies: readonly string[];
}

/**
 * An image of our own, built on the engine itself. Its tag follows from what it is made of, so it is built once, and
 * again only when that changes; it is removed with the stack.
 *
 * @returns its id
 */
export function builtImage(
  name: string,
  host: DockerHost,
  args: BuiltImageArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const dockerfile = `components/hosts/docker/${args.folder}/Dockerfile`;
  const tag = contentHash(projectDirectory, [dockerfile, ...args.copies], JSON.stringify(args.arguments));
  return new docker.RemoteImage(
    name,
    {
      name: `streaming-anomaly-detection/${args.folder}:${pulumi.getStack()}-${tag}`,
      build: {
        context: projectDirectory,
        dockerfile,
        buildArgs: { ...args.arguments },
        remove: true,
        // Uses the engine's own API: Buildx inside the provider does not find an engine that is reached over ssh.
        useLegacyBuilder: true,
      },
      keepLocally: false,
      forceRemove: false,
    },
    // A new version exists before the containers are replaced; the old one is removed after that.
    { ...opts, provider: host.provider },
  ).imageId;
}
