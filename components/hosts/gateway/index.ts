import { freeOfCharge } from "../freeOfCharge.ts";
import type { Host } from "../host.ts";
import { gatewayProblems } from "./rules.ts";
import { definitions } from "./settings.ts";

/** A Flink that exists already and that we only submit jobs to. */
export const gateway: Host<typeof definitions> = {
  name: "gateway",
  title: "the SQL Gateway",
  runs: { flink: { gateway: "any other Flink 1.20 cluster, through its SQL Gateway" } },
  settings: definitions,
  adopts: ["gateway"],
  rules: gatewayProblems,
  preflight: async (context) => (await import("./preflight.ts")).checkFlink(context),
  prices: async ({ settings, parts }) =>
    freeOfCharge(parts, "exists already, outside this stack", settings["flink.gatewayUrl"]),
  services: async ({ settings }) => {
    const { GatewayFlink } = await import("./flink.ts");
    return {
      flink: () =>
        new GatewayFlink("flink", {
          gatewayUrl: settings["flink.gatewayUrl"],
          webUrl: settings["flink.webUrl"],
          hasReadingFormat: settings["flink.hasReadingFormat"],
          parallelism: settings["flink.parallelism"],
          freshStart: settings.freshStart,
        }),
    };
  },
};
