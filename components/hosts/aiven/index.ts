import type { Host } from "../host.ts";
import { aivenProblems, logsInByPassword } from "./rules.ts";
import { definitions } from "./settings.ts";

const SERVICE = "a service of Aiven";

/** Services of Aiven. */
export const aiven: Host<typeof definitions> = {
  name: "aiven",
  title: "Aiven",
  runs: {
    kafka: { aiven: SERVICE },
    postgres: { aiven: SERVICE },
    openSearch: { aiven: SERVICE },
    flink: {
      managed: "a service that is created on Aiven",
      existing: "one that is there on Aiven and stays as it is",
    },
  },
  settings: definitions,
  rules: aivenProblems,
  services: async (context) => (await import("./services.ts")).aivenServices(context),
  preflight: async (context) => {
    const { checkAiven } = await import("./preflight.ts");
    await checkAiven(context);
  },
  prices: async (context) => (await import("./prices.ts")).pricesOnAiven(context),
  needs: async ({ settings, parts }) => ({ sasl: logsInByPassword(settings, parts) }),
  finish: async ({ settings }, everything) => {
    const { Protection } = await import("./protection.ts");
    new Protection("protection", settings["aiven.protected"], everything);
  },
};
