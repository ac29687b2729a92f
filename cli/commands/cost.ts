import type { Price } from "../../components/hosts/host.ts";
import { HOURS_A_MONTH } from "../../components/hosts/hoursAMonth.ts";
import { StackHosts } from "../../components/hosts/stackHosts.ts";
import { table } from "../../lib/table.ts";
import { secretOfFile } from "../engine/secrets.ts";
import { stackFile } from "../engine/stackFile.ts";
import { stackSettings } from "../engine/stackSettings.ts";

export async function cost(name: string, { json }: { readonly json: boolean }): Promise<void> {
  const file = await stackFile(name);
  const settings = await stackSettings(file);
  const hosts = new StackHosts({ settings, stack: name, secret: secretOfFile(file) });
  const prices = await hosts.prices();
  console.log(json ? JSON.stringify(costJson(name, prices), null, 2) : describeCost(prices));
}

const TITLES: Readonly<Record<Price["service"], string>> = {
  kafka: "Kafka",
  postgres: "PostgreSQL",
  openSearch: "OpenSearch",
  flink: "Flink",
  notifier: "Notifier",
};
const HEADINGS = ["", "service", "plan", "cloud", "USD an hour", "USD a month", ""];

/** What a stack costs, service by service. */
export function describeCost(prices: readonly Price[]): string {
  const total = prices.reduce((sum, { perHour }) => sum + perHour, 0);
  const rows = [
    HEADINGS,
    ...prices.map(({ service, name = "", plan = "", cloud = "", perHour, note }) => [
      TITLES[service],
      name,
      plan,
      cloud,
      ...amounts(perHour, note),
    ]),
    ["Total", "", "", "", ...amounts(total)],
  ];
  return `${table(rows)}

  Aiven's list prices; a month is ${HOURS_A_MONTH} hours. Traffic, backups in other regions and taxes come on top.`;
}

/** The same for programs: docs/commands.md describes it. */
function costJson(stack: string, prices: readonly Price[]) {
  const perHour = prices.reduce((sum, price) => sum + price.perHour, 0);
  const perMonth = (hourly: number) => Number((hourly * HOURS_A_MONTH).toFixed(2));
  return {
    stack,
    currency: "USD",
    perHour,
    perMonth: perMonth(perHour),
    services: prices.map((price) => ({ ...price, perMonth: perMonth(price.perHour) })),
  };
}

/** The last cells of a row. */
function amounts(perHour: number, note = ""): [string, string, string] {
  const month = (perHour * HOURS_A_MONTH).toLocaleString("en-GB", {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  return [perHour.toFixed(3).padStart(11), month.padStart(11), note];
}
