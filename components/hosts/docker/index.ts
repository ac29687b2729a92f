import { singleBrokerProblems } from "../../selfManaged/brokerRules.ts";
import { freeOfCharge } from "../freeOfCharge.ts";
import type { Host } from "../host.ts";
import { advice } from "./advice.ts";
import { portsOf } from "./ports.ts";
import { reachProblems } from "./rules.ts";
import { definitions } from "./settings.ts";
import type { DockerOutput } from "./status.ts";

const CONTAINER = "a container";

/** Containers on a Docker engine. */
export const docker: Host<typeof definitions> = {
  name: "docker",
  title: "Docker",
  runs: {
    kafka: { docker: CONTAINER },
    postgres: { docker: CONTAINER },
    openSearch: { docker: CONTAINER },
    flink: { docker: "containers" },
    notifier: { docker: CONTAINER },
  },
  settings: definitions,
  needsNoAccount: true,
  ports: portsOf,
  rules: (settings, parts, secrets) => [
    ...reachProblems(settings, parts, secrets),
    ...singleBrokerProblems(settings, parts, "Docker"),
  ],
  services: async (context) => (await import("./services.ts")).dockerServices(context),
  preflight: async (context, known) => (await import("./preflight.ts")).checkDocker(context, known),
  findings: async ({ settings }) =>
    (await import("./engineFindings.ts")).engineFindings(settings["docker.host"]),
  prices: async ({ parts }) => freeOfCharge(parts, "runs on Docker"),
  // Otherwise its plugin would use that context, whatever engine it is given.
  engineEnvironment: { DOCKER_CONTEXT: "" },
  advice,
  removeLeftovers: async (run) => (await import("./leftovers.ts")).removeLeftovers(run),
  recover: async ({ settings }, run) => {
    const { engineOf } = await import("./address.ts");
    const { noticeLostContainers } = await import("./recovery.ts");
    await noticeLostContainers(run, engineOf(settings["docker.host"]).address);
  },
  removeLeftOver: async ({ stack }, _, former) => {
    const { removeLeftVolumes } = await import("./leftovers.ts");
    return removeLeftVolumes(stack, former);
  },
  status: ({ stack, outputs }) => {
    const docker = outputs?.docker as DockerOutput | undefined;
    if (docker === undefined) return [];
    const describe = async () => (await import("./status.ts")).describeContainers(stack, docker);
    return [{ title: "Containers", asks: `Docker at ${docker.engine}`, describe }];
  },
  outputs: async ({ settings, stack }) => {
    const { engineOf, stackLabel } = await import("./address.ts");
    return { docker: { engine: engineOf(settings["docker.host"]).address, label: stackLabel(stack) } };
  },
};
