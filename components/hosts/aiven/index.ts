import { during } from "../../../lib/progress.ts";
import type { FlinkAccess } from "../../contract.ts";
import type { Host } from "../host.ts";
import { advice } from "./advice.ts";
import { aivenClient, requiredToken } from "./client.ts";
import { refuseProtected } from "./destruction.ts";
import { isOnAiven } from "./flinkOnAiven.ts";
import { kindOf } from "./resourceTypes.ts";
import { aivenProblems, logsInByPassword } from "./rules.ts";
import { definitions } from "./settings.ts";
import { statusOnAiven } from "./status.ts";
import { AIVEN_TOKEN_KEY, environmentToken, TOKEN_RULE } from "./token.ts";

const SERVICE = "a service of Aiven";
const EXISTING = "one that exists on Aiven and stays as it is";

/** Services of Aiven. */
export const aiven: Host<typeof definitions> = {
  name: "aiven",
  title: "Aiven",
  runs: {
    kafka: { aiven: SERVICE, existing: EXISTING },
    postgres: { aiven: SERVICE, existing: EXISTING },
    openSearch: { aiven: SERVICE, existing: EXISTING },
    flink: {
      managed: "a service that is created on Aiven",
      existing: EXISTING,
    },
  },
  settings: definitions,
  adopts: ["existing"],
  rules: aivenProblems,
  services: async (context) => (await import("./services.ts")).aivenServices(context),
  preflight: async (context, known) => {
    const { checkAiven } = await import("./preflight.ts");
    await checkAiven(context, known);
  },
  prices: async (context) => (await import("./prices.ts")).pricesOnAiven(context),
  needs: async ({ settings, parts }) => ({ sasl: logsInByPassword(settings, parts) }),
  secrets: {
    [AIVEN_TOKEN_KEY]: TOKEN_RULE,
  },
  // Aiven's provider would send a line break at its end.
  get engineEnvironment() {
    const token = environmentToken();
    return token === undefined ? {} : { AIVEN_TOKEN: token };
  },
  advice,
  slowSteps: [
    {
      // Users take longer than that even if nothing is wrong.
      on: /^aiven:.*:(KafkaTopic|FlinkApplication|FlinkApplicationVersion)$/,
      afterMs: 20_000,
      hint: "Aiven answers with errors, or slowly: its provider asks again, for about 3 minutes",
    },
  ],
  adoptBegun: async (context, run) => {
    if (!run.state.begun.some((resource) => kindOf(resource) !== "")) return;
    const { adoptInterrupted } = await import("./recovery.ts");
    await adoptInterrupted(run, await requiredToken(context));
  },
  repair: async (context, run) => {
    if (run.state.resources.every((resource) => kindOf(resource) === "")) return [];
    const { confirmDeletion } = await import("./abandoned.ts");
    const { repairOnAiven } = await import("./repair.ts");
    await confirmDeletion(context, run);
    if (context.parts.length === 0) return [];
    return repairOnAiven(run, await aivenClient(context));
  },
  awaitRunning: async (context, { progress }, outputs) => {
    const isOwn = context.settings["flink.runsOn"] === "managed";
    const flink = outputs.flink as FlinkAccess;
    if (!isOnAiven(flink)) return;
    const { awaitDeployments } = await import("./deployments.ts");
    const client = await aivenClient(context);
    const task = progress.task("Waiting for the pipelines on Aiven");
    await during(task, () => awaitDeployments(flink, client, { task, isOwn }));
  },
  checkDestroy: refuseProtected,
  status: statusOnAiven,
  summary: ({ flink }) =>
    isOnAiven(flink) ? [["Flink", `service ${flink.service} of the Aiven project ${flink.project}`]] : [],
  finish: async ({ settings }, everything) => {
    const { Protection } = await import("./protection.ts");
    new Protection("protection", settings["aiven.protected"], everything);
  },
};
