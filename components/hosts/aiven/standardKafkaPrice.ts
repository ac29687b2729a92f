import type { AivenClient } from "../../../clients/aiven/client.ts";
import { pipelineOf } from "../../pipelines.ts";
import { SettingsError } from "../../settings/settingsError.ts";
import type { HostContext, Price } from "../host.ts";
import { HOURS_A_MONTH } from "../hoursAMonth.ts";
import type { PlannedService } from "./plannedServices.ts";
import type { definitions } from "./settings.ts";

const SECONDS_AN_HOUR = 3_600;
const MEGABYTES_A_GIGABYTE = 1_000;

/**
 * What Standard Kafka costs. It is billed by use: its compute, what is written, what is read, and what is kept. The
 * throughput is assumed to be cost.megabytesPerSecond; every pipeline on readings reads all of them; what pipelines
 * write is little in comparison.
 * Source: https://aiven.io/docs/products/kafka/concepts/kafka-pricing
 *
 * @throws SettingsError if the cloud does not have the offering
 */
export async function standardKafkaPrice(
  client: AivenClient,
  { settings }: Pick<HostContext<typeof definitions>, "settings">,
  { service, name, plan, cloud }: PlannedService,
): Promise<Price> {
  const rates = await client.rates(settings["aiven.project"], plan, cloud);
  if (rates === undefined) {
    throw new SettingsError([
      `Aiven names no rates for the offering ${plan} of Standard Kafka in the cloud ${cloud}: set kafka.offering or aiven.cloud`,
    ]);
  }
  const megabytes = settings["cost.megabytesPerSecond"];
  const gigabytesAnHour = (Number(megabytes) * SECONDS_AN_HOUR) / MEGABYTES_A_GIGABYTE;
  const readers = settings.pipelines.filter((name) => pipelineOf(name).reads === undefined).length;
  const hours = settings["kafka.retentionHours"];
  const perHour =
    rates.compute / HOURS_A_MONTH +
    gigabytesAnHour * rates.ingress +
    gigabytesAnHour * readers * rates.egress +
    gigabytesAnHour * hours * rates.storage;
  const note = `by use: ${megabytes} MB/s of readings, read by ${readers} pipelines, kept ${hours} h`;
  return { service, name, plan, cloud, perHour, note };
}
