import { CLOUDS, type Plan, type ServiceType } from "../catalogue.ts";
import { ApiError } from "../http/apiError.ts";
import { type Route, route } from "../http/router.ts";
import type { Settings } from "../options.ts";

type Config = Readonly<Record<string, unknown>>;

interface Offering {
  readonly tier: number;
  readonly maxIngress: number;
  readonly computeFee: number;
}

/** Names and throughput as in the tests of https://github.com/aiven/aiven-client; the fees are invented. */
const OFFERINGS: Readonly<Record<string, Offering>> = {
  "inkless-professional-3x-8-1": { tier: 1, maxIngress: 60, computeFee: 400 },
  "inkless-professional-3x-8-2": { tier: 2, maxIngress: 120, computeFee: 700 },
};

/** https://aiven.io/docs/products/kafka/concepts/tiered-storage-limitations */
const STANDARD_CLOUDS = CLOUDS.filter((cloud) => /^(aws|google|azure)-/.test(cloud));

const NODES: Plan = { nodes: 3, memoryMb: 8192, diskMb: 102_400, usdPerHour: 0 };

/** The offerings of Standard Kafka and what it costs. */
export function standardKafkaRoutes({ kafkaTypes }: Settings): Route[] {
  const offerings = kafkaTypes === "classic" ? [] : Object.entries(OFFERINGS);
  const rates = (cloud: string) =>
    offerings.map(([offering_name, { computeFee }]) => ({
      offering_name,
      cloud_name: cloud,
      compute_fee: computeFee.toFixed(2),
      storage_hourly_price_per_gb_usd: "0.000164",
      classic_ingress_hourly_price_per_gb_usd: "0.05",
      classic_egress_hourly_price_per_gb_usd: "0.02",
      diskless_ingress_hourly_price_per_gb_usd: "0.02",
      diskless_egress_hourly_price_per_gb_usd: "0.01",
    }));
  return [
    route("GET", "/v1/organization/:organization/projects/:project/inkless/offerings", () => ({
      offerings: offerings.map(([name, { tier, maxIngress }]) => ({
        offering_name: name,
        compute_tier: tier,
        max_ingress_mbps: maxIngress,
        max_egress_mbps: 3 * maxIngress,
        available_clouds: STANDARD_CLOUDS,
      })),
    })),
    route("GET", "/v1/organization/:organization/projects/:project/inkless/pricing/rates", () => ({
      rates: STANDARD_CLOUDS.flatMap(rates),
    })),
  ];
}

/** The nodes of a Standard Kafka offering; undefined if the plan is not one. */
export const offeringOf = (type: ServiceType, plan: string): Plan | undefined =>
  type === "kafka" && plan in OFFERINGS ? NODES : undefined;

const isStandard = ({ inkless }: Config) => enabled(inkless);

const enabled = (part: unknown) => (Object(part) as { readonly enabled?: boolean }).enabled === true;

/** @throws ApiError for a new Kafka that the account may not create, or that is of an unknown type */
export function checkNewKafka(settings: Settings, plan: string, cloud: string, config: Config): void {
  const isOffering = offeringOf("kafka", plan) !== undefined;
  if (settings.kafkaTypes === (isOffering ? "classic" : "standard"))
    throw new ApiError(403, `Plan '${plan}' is not available for new service creation`);
  if (!isOffering) {
    if (isStandard(config)) throw new ApiError(400, `Plan '${plan}' does not support inkless`);
    return;
  }
  if (!STANDARD_CLOUDS.includes(cloud))
    throw new ApiError(400, `Plan '${plan}' is not available in cloud '${cloud}'`);
  if (!isStandard(config) || !enabled(config.tiered_storage))
    throw new ApiError(400, `Plan '${plan}' requires inkless and tiered_storage to be enabled`);
  if (Number.parseInt(String(config.kafka_version ?? "4"), 10) < 4)
    throw new ApiError(400, `Plan '${plan}' requires kafka_version 4.0 or newer`);
}

/** @throws ApiError for a change to something that is fixed when a Kafka is created */
export function checkChangedKafka(before: Config, after: Config): void {
  if (isStandard(before) !== isStandard(after))
    throw new ApiError(400, "The type of a Kafka service cannot be changed");
  if (enabled(before.tiered_storage) && !enabled(after.tiered_storage))
    throw new ApiError(400, "Tiered storage cannot be disabled");
}

/** https://aiven.io/docs/products/kafka/reference/advanced-params-standard-topic */
const TOPIC_CONFIG = [
  ...["cleanup_policy", "delete_retention_ms", "max_message_bytes", "message_timestamp_after_max_ms"],
  ...["message_timestamp_before_max_ms", "message_timestamp_type", "min_insync_replicas", "retention_bytes"],
  ...["retention_ms", "unclean_leader_election_enable", "diskless_enable", "remote_storage_enable"],
];

/** @throws ApiError for a topic that Standard Kafka cannot have, or that only Standard Kafka can have */
export function checkTopic(serviceConfig: Config, topic: Config): void {
  const isDiskless = topic.diskless_enable === true;
  if (isDiskless && !(isStandard(serviceConfig) && enabled(serviceConfig.kafka_diskless)))
    throw new ApiError(400, "Diskless topics are not enabled for the service");
  if (!isStandard(serviceConfig)) return;
  const managed = Object.keys(topic).find((key) => topic[key] !== null && !TOPIC_CONFIG.includes(key));
  if (managed !== undefined)
    throw new ApiError(400, `Topic configuration '${managed}' is managed by Aiven in Standard Kafka`);
  if (String(topic.cleanup_policy ?? "").includes("compact"))
    throw new ApiError(400, "Compacted topics are not supported with remote or diskless storage");
  if (Number(topic.min_insync_replicas ?? 1) > 2)
    throw new ApiError(400, "min_insync_replicas must be at most 2 in Standard Kafka");
  if (topic.remote_storage_enable === false && !isDiskless)
    throw new ApiError(400, "Remote storage cannot be disabled in Standard Kafka");
}
