import { AivenClient, AivenError } from "../../../clients/aiven/client.ts";
import { UserError } from "../../../lib/userError.ts";
import { freeOfCharge } from "../freeOfCharge.ts";
import type { HostContext, Price } from "../host.ts";
import { plannedServices } from "./plannedServices.ts";
import { checkAiven } from "./preflight.ts";
import type { definitions } from "./settings.ts";
import { aivenToken } from "./token.ts";

type Context = HostContext<typeof definitions>;

/**
 * Aiven's list prices of what a stack creates there.
 *
 * @throws SettingsError if Aiven has no such services, AivenError if it does not answer, UserError without a token
 */
export async function pricesOnAiven(context: Context): Promise<Price[]> {
  const { settings, parts } = context;
  const existing =
    settings["flink.runsOn"] === "existing"
      ? freeOfCharge(
          parts.filter((part) => part === "flink"),
          "is there already, and costs nothing more",
          settings["flink.service"],
        )
      : [];
  return [...(await created(context)), ...existing];
}

async function created(context: Context): Promise<Price[]> {
  const planned = plannedServices(context);
  if (planned.length === 0) return [];
  const token = await aivenToken(context);
  if (token === undefined) {
    throw new UserError("Aiven's price list requires a token: export AIVEN_TOKEN=<token>.");
  }
  const client = new AivenClient(token);
  const prices = planned.map(async ({ service, name, type, plan, cloud }) => {
    const perHour = await client.price(context.settings["aiven.project"], type, plan, cloud);
    return { service, name, plan, cloud, perHour };
  });
  return Promise.all(prices).catch(async (error) => {
    // There is a reason why there is no price; this reports it, with what can be had instead.
    if (error instanceof AivenError && error.status !== undefined) await checkAiven(context);
    throw error;
  });
}
