import { singleBrokerProblems } from "../../selfManaged/brokerRules.ts";
import { freeOfCharge } from "../freeOfCharge.ts";
import type { Host } from "../host.ts";
import { reachProblems } from "./rules.ts";
import { definitions } from "./settings.ts";

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
  rules: (settings, parts) => [
    ...reachProblems(settings, parts),
    ...singleBrokerProblems(settings, parts, "Docker"),
  ],
  services: async (context) => (await import("./services.ts")).dockerServices(context),
  preflight: async (context) => (await import("./preflight.ts")).checkDocker(context),
  prices: async ({ parts }) => freeOfCharge(parts, "runs on Docker"),
  outputs: async ({ settings, stack }) => {
    const { engineOf, stackLabel } = await import("./address.ts");
    return { docker: { engine: engineOf(settings["docker.host"]).address, label: stackLabel(stack) } };
  },
};
