import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { DockerHost } from "./host.ts";

export interface ContainerArgs {
  /** Its name in the stack's network; on the engine, the stack's own name precedes it. */
  readonly alias: string;
  readonly image: pulumi.Input<string>;
  /** Never root. */
  readonly user: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Text by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Text by path, for what everyone with access to the engine could see in an environment variable. */
  readonly secretFiles?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Volumes by the folder that they are mounted on. */
  readonly volumes?: Readonly<Record<string, docker.Volume>>;
  /** Ports of the engine's machine, on 127.0.0.1 only, by those of the container. */
  readonly ports?: Readonly<Record<number, number>>;
  /** The most memory that it may take. */
  readonly megabytes: number;
  /** The command that checks, inside the container, whether it works. */
  readonly healthy: readonly string[];
}

const HEALTH = { interval: "5s", timeout: "5s", retries: 30, startPeriod: "2m0s", startInterval: "0s" };

/**
 * A container of a stack: it exists once it is healthy, and restarts when it dies. Whatever the engine would fill in
 * and the provider would read back is given; otherwise every `up` would find a difference and recreate the container.
 */
export function container(
  name: string,
  host: DockerHost,
  args: ContainerArgs,
  opts: pulumi.CustomResourceOptions,
): docker.Container {
  const fullName = `${host.prefix}-${args.alias}`;
  const { alias, ports = {}, volumes = {}, environment = {}, files = {}, secretFiles = {} } = args;
  return new docker.Container(
    name,
    {
      name: fullName,
      // Holds back the container, and what depends on it.
      image: pulumi.output(args.image).apply(async (image) => {
        await host.restarted(fullName);
        return image;
      }),
      hostname: alias,
      user: args.user,
      ...(args.command && { command: [...args.command] }),
      // Times without a zone are UTC whatever the image says: Flink's JDBC sink writes them in its process's zone.
      envs: Object.entries({ TZ: "UTC", ...environment })
        .map(([key, value]) => `${key}=${value}`)
        .sort(),
      uploads: [
        ...Object.entries(files),
        ...Object.entries(secretFiles).map(([file, content]) => [file, pulumi.secret(content)] as const),
      ].map(([file, content]) => ({
        file,
        content,
        executable: false,
        // Readable for anyone in the container, which has one user.
        permissions: "0444",
      })),
      volumes: Object.entries(volumes).map(([containerPath, volume]) => ({
        containerPath,
        volumeName: volume.name,
        readOnly: false,
      })),
      ports: Object.entries(ports).map(([internal, external]) => ({
        internal: Number(internal),
        external,
        ip: "127.0.0.1",
        protocol: "tcp",
      })),
      // The next line connects the network itself: with its name here, the alias would be lost.
      networkMode: "bridge",
      networksAdvanced: [{ name: host.network.name, aliases: [alias] }],
      memory: args.megabytes,
      memoryReservation: 0,
      // Unlimited: kernels that do not count swap report this whatever was asked for.
      memorySwap: -1,
      shmSize: 64,
      ipcMode: "private",
      capabilities: { adds: [], drops: ["ALL"] },
      securityOpts: ["no-new-privileges:true"],
      privileged: false,
      readOnly: false,
      restart: "unless-stopped",
      maxRetryCount: 0,
      logDriver: "json-file",
      logOpts: { "max-size": "10m", "max-file": "3" },
      healthcheck: { tests: ["CMD", ...args.healthy], ...HEALTH },
      wait: true,
      waitTimeout: 180,
      init: false,
      start: true,
      mustRun: true,
      attach: false,
      logs: false,
      rm: false,
      tty: false,
      stdinOpen: false,
      publishAllPorts: false,
      removeVolumes: true,
      destroyGraceSeconds: 30,
      labels: host.labels,
    },
    {
      ...opts,
      provider: host.provider,
      // Two containers cannot have its name and its ports at the same time.
      deleteBeforeReplace: true,
    },
  );
}

/** Checks that something accepts connections, with nothing but the shell that every image has. */
export const listens = (port: number) => ["bash", "-c", `</dev/tcp/127.0.0.1/${port}`];

/** Checks that an address answers with 200. */
export const answers = (host: string, port: number, path: string) => [
  "bash",
  "-c",
  `exec 3<>/dev/tcp/${host}/${port}; printf 'GET ${path} HTTP/1.1\\r\\nHost: ${host}\\r\\nConnection: close\\r\\n\\r\\n' >&3; head -n 1 <&3 | grep -q ' 200 '`,
];
