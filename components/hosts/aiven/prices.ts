import { AivenClient, AivenError } from "../../../clients/aiven/client.ts";
import { UserError } from "../../../lib/userError.ts";
import { SettingsError } from "../../settings/settingsError.ts";
import { freeOfCharge } from "../freeOfCharge.ts";
import type { HostContext, Price } from "../host.ts";
import { chooseKafka, kafkaMarket } from "./kafkaType.ts";
import { plannedServices } from "./plannedServices.ts";
import { checkAiven } from "./preflight.ts";
import { EXISTING } from "./rules.ts";
import type { definitions } from "./settings.ts";
import { standardKafkaPrice } from "./standardKafkaPrice.ts";
import { aivenToken } from "./token.ts";

type Context = HostContext<typeof definitions>;

/**
 * Aiven's list prices for what a stack creates there.
 *
 * @throws SettingsError if Aiven has no such services, AivenError if it does not answer, UserError without a token
 */
export async function pricesOnAiven(context: Context): Promise<Price[]> {
  const { settings, parts } = context;
  const existing = (["kafka", "postgres", "openSearch", "flink"] as const)
    .filter((service) => parts.includes(service) && settings[`${service}.runsOn`] === EXISTING)
    .flatMap((service) =>
      freeOfCharge([service], "exists already, at no extra cost", settings[`${service}.service`]),
    );
  return [...(await created(context)), ...existing];
}

async function created(context: Context): Promise<Price[]> {
  if (plannedServices(context, undefined).length === 0) return [];
  const token = await aivenToken(context);
  if (token === undefined) {
    throw new UserError(
      "Aiven's price list requires a token: export AIVEN_TOKEN=<token>. One in the stack's file cannot be read here if a key of a cloud has encrypted it (secretsprovider).",
    );
  }
  try {
    return await pricesFrom(new AivenClient(token), context);
  } catch (error) {
    // There is a reason for the missing price; this reports it, with the alternatives.
    if (error instanceof AivenError && error.status !== undefined) await checkAiven(context);
    throw error;
  }
}

async function pricesFrom(client: AivenClient, context: Context): Promise<Price[]> {
  const project = context.settings["aiven.project"];
  const { choice, problems } = await chooseKafka(context, kafkaMarket(client, project));
  if (problems.length > 0) throw new SettingsError(problems);
  return Promise.all(
    plannedServices(context, choice).map(async (planned) => {
      const { service, name, type, plan, cloud, isOffering } = planned;
      if (isOffering) return standardKafkaPrice(client, context, planned);
      const disk = service === "flink" ? 0 : context.settings[`${service}.additionalDiskGb`];
      const perHour = await client.price(project, type, plan, cloud, disk);
      return { service, name, plan, cloud, perHour, ...(disk > 0 && { note: `with ${disk} GiB more disk` }) };
    }),
  );
}
