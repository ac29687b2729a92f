import * as pulumi from "@pulumi/pulumi";
import { AivenClient, AivenError } from "../../../clients/aiven/client.ts";
import type { AivenPlan, AivenService } from "../../../clients/aiven/model.ts";
import { SettingsError } from "../../settings/settingsError.ts";
import type { HostContext, Known } from "../host.ts";
import { existingFlinkProblems } from "./existingFlink.ts";
import { existingServiceProblems } from "./existingServices.ts";
import { chooseKafka, kafkaMarket } from "./kafkaType.ts";
import { diskProblems, missingNetworks, staticIpCountProblems } from "./networkChecks.ts";
import { observersOf } from "./observers.ts";
import { planNodeProblems } from "./planNodes.ts";
import { namingProblems, type PlannedService, plannedServices } from "./plannedServices.ts";
import { planSlotProblems } from "./planSlots.ts";
import { planReplicaProblems } from "./replicas.ts";
import type { definitions } from "./settings.ts";
import { takenInFlink } from "./takenInFlink.ts";
import { takenNames } from "./takenNames.ts";
import { aivenToken, HOW_TO_GET_A_TOKEN, NO_NEW_FLINK } from "./token.ts";

type Context = HostContext<typeof definitions>;

/**
 * Asks Aiven whether a stack is possible with its settings, before anything is created: otherwise mistakes would show
 * one at a time, some only after minutes. It asks everything at once and takes about half a second.
 *
 * @param known undefined if the engine's state is not available
 * @throws SettingsError with every problem, pulumi.RunError if Aiven does not answer
 */
export async function checkAiven(context: Context, known?: Known): Promise<void> {
  const token = await aivenToken(context);
  if (!token) throw new SettingsError([`there is no token for Aiven: ${HOW_TO_GET_A_TOKEN}`]);
  const problems = await problemsOnAiven(context, new AivenClient(token), known).catch((error) => {
    throw error instanceof AivenError ? new pulumi.RunError(error.message) : error;
  });
  if (problems.length > 0) throw new SettingsError(problems);
}

async function problemsOnAiven(
  context: Context,
  client: AivenClient,
  known: Known | undefined,
): Promise<string[]> {
  const { settings, stack } = context;
  const project = settings["aiven.project"];
  const clouds = client.clouds(project);
  const market = kafkaMarket(client, project);
  const { services } = market;
  const kafka = chooseKafka(context, market);
  const planned = kafka.then(({ choice }) => plannedServices(context, choice));
  planned.catch(() => undefined);
  const findings = Promise.all([
    clouds.then((all) => cloudProblems(settings["aiven.cloud"], all)),
    kafka.then(({ problems }) => problems),
    ...plannedServices(context, undefined).map(async ({ service, type }) => {
      const sold = await (type === "kafka" ? market.plans : client.plans(project, type));
      const own = (await planned).find((each) => each.service === service);
      // Problems with Kafka's type or offering have been reported.
      if (own === undefined || own.plan === "" || own.isOffering) return [];
      const problems = planProblems(own, sold, await clouds, await services);
      const plan = sold.find(({ name }) => name === own.plan);
      if (plan === undefined) return problems;
      return [
        ...problems,
        ...diskProblems(settings, own, plan),
        ...staticIpCountProblems(settings, own, plan),
        ...planSlotProblems(settings, own, plan),
        ...planNodeProblems(settings, own, plan),
        ...planReplicaProblems(settings, own, plan),
      ];
    }),
    namingProblems(stack, plannedServices(context, undefined)),
    services.then(async (all) =>
      takenNames({ stack, settings, planned: await planned, services: all, known: await known?.() }),
    ),
    missingNetworks(settings, client),
    observersOf(settings, client).then((found) => [...found.problems]),
    services.then(async (all) => {
      const problems = existingFlinkProblems(settings, all);
      return problems.length > 0 ? problems : takenInFlink({ context, client, known: await known?.() });
    }),
    services.then(async (all) =>
      existingServiceProblems({ context, client, services: all, known: await known?.() }),
    ),
  ]);
  // Without access to the project they all fail; the one reason is reported below.
  findings.catch(() => undefined);
  const denied = await accessProblems(client, project, services);
  return denied.length > 0 ? denied : (await findings).flat();
}

async function accessProblems(
  client: AivenClient,
  project: string,
  services: Promise<unknown>,
): Promise<string[]> {
  try {
    const [visible, refusal] = await Promise.all([
      client.projects(),
      services.then(() => undefined, refusalOf),
    ]);
    if (refusal === undefined) return [];
    return [
      `aiven.project is ${project}, which does not exist or is not visible to this token (${refusal}); the token sees ${firstOf(visible)}`,
    ];
  } catch (error) {
    if (!(error instanceof AivenError) || !error.refusesToken) throw error;
    return [`Aiven does not accept the token (${error.status}, ${error.reason}): ${HOW_TO_GET_A_TOKEN}`];
  }
}

/** @throws if the project is not the problem */
function refusalOf(error: unknown): string {
  if (error instanceof AivenError && [403, 404].includes(error.status ?? 0)) return error.reason;
  throw error;
}

function cloudProblems(cloud: string, clouds: readonly string[]): string[] {
  if (clouds.includes(cloud)) return [];
  const provider = `${cloud.split("-")[0]}-`;
  const alike = clouds.filter((name) => name.startsWith(provider));
  return [
    `aiven.cloud is ${cloud}, which Aiven does not have; there are ${list(alike.length > 0 ? alike : clouds)}`,
  ];
}

function planProblems(
  { service, name, type, plan, cloud }: PlannedService,
  plans: readonly AivenPlan[],
  clouds: readonly string[],
  services: readonly AivenService[],
): string[] {
  // A service may have a plan that is no longer sold.
  if (services.some((existing) => existing.name === name && existing.plan === plan)) return [];
  // Another problem already reports that there is no such cloud.
  const known = clouds.includes(cloud);
  const sold = plans.filter((each) => !known || each.clouds.includes(cloud)).map((each) => each.name);
  if (sold.includes(plan)) return [];
  const where = `for the service type ${type}${known ? ` in the cloud ${cloud}` : ""}`;
  if (type === "flink" && sold.length === 0) return [`${service}.plan is ${plan}, but ${NO_NEW_FLINK}`];
  return [`${service}.plan is ${plan}, which Aiven does not have ${where}; there are ${list(sold)}`];
}

const list = (names: readonly string[]) => (names.length === 0 ? "none" : [...names].sort().join(", "));

const MOST = 10;

function firstOf(names: readonly string[]): string {
  const more = names.length > MOST ? ` and ${names.length - MOST} more` : "";
  return list(names.slice(0, MOST)) + more;
}
