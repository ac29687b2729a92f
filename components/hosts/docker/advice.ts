import type { Advice } from "../host.ts";
import { pluginVersion } from "../pluginVersion.ts";

const again = "Then run the same command again.";

/** What to do about errors of the Docker engine and of its provider. */
export const advice: readonly Advice[] = [
  {
    on: /resource plugin '(pulumi-resource-)?docker'/,
    advise: () =>
      `The engine talks to Docker through a plugin, which it downloads once: this machine must reach get.pulumi.com or github.com. If it cannot, download the plugin elsewhere (https://github.com/pulumi/pulumi-docker/releases) and install it: pulumi plugin install resource docker ${pluginVersion("docker")} --file <archive>.`,
  },
  {
    on: /Unable to (read Docker image into resource|pull image)|unable to pull|[Ee]rror (running|during) (legacy|buildx) build/,
    advise: (stack) =>
      `The Docker engine could not get or build an image: it must reach the image's registry, and for our own images Maven's and npm's. Behind a registry of your own, set docker.kafkaImage and the like in Pulumi.${stack}.yaml (docs/docker.md). ${again}`,
  },
  {
    on: /failed to be in healthy state/,
    advise: (stack) =>
      `A container does not become healthy. docker ps --filter label=streaming.stack=${stack} shows which, docker logs <container> why: often too little memory for the Docker engine, which wants 6 GB. ${again}`,
  },
];
