import { boolean, integer, oneOf, plan, port } from "./types.ts";

export const openSearch = {
  "openSearch.enabled": boolean({
    default: true,
    description: "Run OpenSearch; pipelines that write to it need it",
  }),
  "openSearch.runsOn": oneOf({
    default: "local",
    description: "Who runs OpenSearch: local is this machine, docker a container",
    of: ["local", "docker", "aiven"],
  }),
  "openSearch.port": integer({
    default: 9290,
    description: "Port of OpenSearch's REST API on this machine",
    min: 9201,
    max: 9299,
  }),
  "openSearch.transportPort": port(
    29300,
    "Port at which OpenSearch nodes would talk to each other on this machine",
  ),
  "openSearch.plan": plan("startup-4", "Plan of OpenSearch on Aiven"),
} as const;
