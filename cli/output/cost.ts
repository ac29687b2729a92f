import { AivenClient, AivenError } from "../../clients/aiven/client.ts";
import { type PlannedService, plannedServices } from "../../components/hosts/aiven/plannedServices.ts";
import { checkAiven } from "../../components/hosts/aiven/preflight.ts";
import type { Settings } from "../../components/settings.ts";
import { UserError } from "../../lib/userError.ts";
import { table } from "./summary.ts";

/** As Aiven counts it: https://aiven.io/docs/platform/concepts/service-pricing */
const HOURS_A_MONTH = 730;

const TITLES = { kafka: "Kafka", postgres: "PostgreSQL", openSearch: "OpenSearch", flink: "Flink" } as const;
const HEADINGS = ["", "service", "plan", "cloud", "USD an hour", "USD a month", ""];

/**
 * What a stack costs by Aiven's list prices, service by service, whether the stack is there or not.
 *
 * @param token for Aiven; not needed where the stack creates nothing there
 * @throws SettingsError where Aiven has no such services, AivenError where it does not answer, UserError without token
 */
export async function describeCost(
  settings: Settings,
  stack: string,
  token: string | undefined,
): Promise<string> {
  const planned = plannedServices(settings, stack);
  const prices = planned.length === 0 ? [] : await pricesOf(planned, settings, stack, token);
  const total = prices.reduce((sum, price) => sum + price, 0);
  const rows = [
    HEADINGS,
    ...planned.map(({ service, name, plan, cloud }, index) => [
      TITLES[service],
      name,
      plan,
      cloud,
      ...amounts(prices[index] ?? 0),
    ]),
    ...free(settings),
    ["Total", "", "", "", ...amounts(total)],
  ];
  return `${table(rows)}

  Aiven's list prices; a month is ${HOURS_A_MONTH} hours. Extra disk, traffic and taxes come on top.`;
}

/** In USD an hour. */
async function pricesOf(
  planned: readonly PlannedService[],
  settings: Settings,
  stack: string,
  token: string | undefined,
): Promise<number[]> {
  if (token === undefined) {
    throw new UserError("Aiven tells prices to those only who have a token: export AIVEN_TOKEN=<token>.");
  }
  const client = new AivenClient(token);
  const project = settings["aiven.project"];
  const prices = planned.map(({ type, plan, cloud }) => client.price(project, type, plan, cloud));
  return Promise.all(prices).catch(async (error) => {
    // No price has a reason, which this tells with what there is in its place.
    if (error instanceof AivenError && error.status !== undefined) await checkAiven(settings, stack, token);
    throw error;
  });
}

/** What costs nothing more, and why. */
function free(settings: Settings): string[][] {
  const why: Readonly<Record<string, readonly [name: string, reason: string]>> = {
    local: ["", "runs on this machine"],
    existing: [settings["flink.service"], "is there already, and costs nothing more"],
    gateway: [settings["flink.gatewayUrl"], "is there already, outside this stack"],
  };
  return (["kafka", "postgres", "openSearch", "flink"] as const)
    .filter((service) => service !== "openSearch" || settings["openSearch.enabled"])
    .flatMap((service) => {
      const [name, reason] = why[settings[`${service}.runsOn`]] ?? [];
      return reason === undefined ? [] : [[TITLES[service], name ?? "", "", "", ...amounts(0, reason)]];
    });
}

/** The last cells of a row. */
function amounts(perHour: number, note = ""): [string, string, string] {
  const month = (perHour * HOURS_A_MONTH).toLocaleString("en-GB", {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  return [perHour.toFixed(3).padStart(11), month.padStart(11), note];
}
