import type { AivenClient } from "../../../clients/aiven/client.ts";
import type { AivenOffering, AivenPlan, AivenService } from "../../../clients/aiven/model.ts";
import type { HostContext } from "../host.ts";
import { serviceName } from "./project.ts";
import { type AivenSettings, EXISTING } from "./rules.ts";
import type { definitions } from "./settings.ts";

/**
 * Aiven has two types of Kafka. Accounts made after August 2026 create Standard Kafka only, which Aiven's API calls
 * inkless. Classic Kafka is for older accounts.
 * Source: https://aiven.io/docs/products/kafka/standard-kafka-overview
 */
export type KafkaType = "classic" | "standard";

/** The Kafka that a stack gets. */
export interface KafkaChoice {
  readonly type: KafkaType;
  /** For Standard Kafka, its offering. */
  readonly plan: string;
}

/** What the choice depends on. */
export interface KafkaMarket {
  /** The services of the project. */
  readonly services: Promise<readonly AivenService[]>;
  /** The plans of Kafka. */
  readonly plans: Promise<readonly AivenPlan[]>;
  readonly client: AivenClient;
}

/** Asks Aiven for what the choice depends on. Whoever awaits an answer reports its failure. */
export function kafkaMarket(client: AivenClient, project: string): KafkaMarket {
  const services = client.services(project);
  const plans = client.plans(project, "kafka");
  for (const asked of [services, plans]) asked.catch(() => undefined);
  return { services, plans, client };
}

type Context = Pick<HostContext<typeof definitions>, "settings" | "parts" | "stack">;
type Finding = { readonly choice?: KafkaChoice; readonly problems: readonly string[] };

/**
 * Which Kafka a stack gets: the type that its service already has, else the configured one, else what the project can
 * create. No choice if Kafka does not run on Aiven.
 */
export async function chooseKafka(
  context: Context,
  { services, plans, client }: KafkaMarket,
): Promise<Finding> {
  const { settings, parts, stack } = context;
  if (!parts.includes("kafka")) return { problems: [] };
  if (settings["kafka.runsOn"] === EXISTING) {
    const found = (await services).find((service) => service.name === settings["kafka.service"]);
    // Problems with the service are reported elsewhere.
    return { choice: { type: found ? typeOf(found) : "classic", plan: "" }, problems: [] };
  }
  const name = serviceName(settings["aiven.prefix"], stack, "kafka");
  const existing = (await services).find((service) => service.name === name && service.type === "kafka");
  const wanted = settings["kafka.type"];
  const type = existing && typeOf(existing);
  if (type !== undefined && wanted !== "auto" && wanted !== type) {
    return {
      problems: [
        `kafka.type is ${wanted}, but the service ${name} is ${TITLES[type]}, and Aiven cannot change the type of a service: set kafka.type to ${type} or auto. To move, deploy a stack of another name beside it`,
      ],
    };
  }
  if (type === "classic") return classic(settings, true);
  const sold = classicPlans(await plans);
  const isSold = sold.some(({ clouds }) => clouds.includes(settings["aiven.cloud"]));
  if (type === undefined && wanted === "classic" && sold.length === 0)
    return { problems: [noClassic(settings)] };
  if (type === undefined && wanted !== "standard" && isSold) return classic(settings);
  const found = standard(settings, await client.offerings(settings["aiven.project"]), existing);
  // Problems with the cloud or the plan are reported elsewhere.
  const isElsewhere = found.choice === undefined && sold.length > 0;
  return wanted === "classic" || (wanted === "auto" && isElsewhere) ? classic(settings) : found;
}

/** The type of an existing Kafka. */
function typeOf({ userConfig }: AivenService): KafkaType {
  const { enabled } = Object(userConfig.inkless) as { readonly enabled?: boolean };
  return enabled === true ? "standard" : "classic";
}

const TITLES: Readonly<Record<KafkaType, string>> = { classic: "Classic Kafka", standard: "Standard Kafka" };

/** @param existing whether the stack's service has that type already */
function classic(settings: AivenSettings, existing = false): Finding {
  const { "kafka.type": type, "kafka.offering": offering, "kafka.plan": plan } = settings;
  const choice = { type: "classic", plan } as const;
  if (offering === "") return { choice, problems: [] };
  const why = existing ? "the stack's service is Classic Kafka" : `kafka.type ${type} selects Classic Kafka`;
  const remedy = existing ? "leave it out" : "set kafka.type to standard, or leave kafka.offering out";
  return { choice, problems: [`kafka.offering is ${offering}, but ${why}, which has plans only: ${remedy}`] };
}

/** Free and Developer tiers are Classic Kafka too, but have too few topics and no integrations. */
const classicPlans = (plans: readonly AivenPlan[]) => plans.filter(({ name }) => !/^(free|dev)/.test(name));

const noClassic = (settings: AivenSettings) =>
  `kafka.type is classic, but Aiven creates no Classic Kafka for the project ${settings["aiven.project"]} in the cloud ${settings["aiven.cloud"]} (accounts made after August 2026 create Standard Kafka): set kafka.type to standard or auto`;

function standard(
  settings: AivenSettings,
  offerings: readonly AivenOffering[],
  existing: AivenService | undefined,
): Finding {
  const cloud = settings["aiven.cloud"];
  const here = offerings
    .filter(({ clouds }) => clouds.includes(cloud))
    .sort((one, other) => one.tier - other.tier);
  const given = settings["kafka.offering"];
  const megabits = Number(settings["cost.megabytesPerSecond"]) * 8;
  const fits = here.find(({ maxIngressMegabits }) => maxIngressMegabits >= megabits) ?? here.at(-1);
  const plan = given || existing?.plan || fits?.name;
  if (plan === undefined) return { problems: [noKafka(settings, offerings)] };
  const problems = limits(settings);
  const chosen = here.find(({ name }) => name === plan);
  const isNew = plan !== existing?.plan;
  if (isNew && chosen === undefined) {
    problems.push(
      `kafka.offering is ${plan}, which Aiven does not have in the cloud ${cloud}; there are ${here.map(({ name }) => name).join(", ") || "none"}`,
    );
  }
  if (isNew && chosen !== undefined && chosen.maxIngressMegabits < megabits) {
    problems.push(tooSmall(settings, chosen));
  }
  return { choice: { type: "standard", plan }, problems };
}

/** The throughput is an assumption, so an offering that a service already has is not questioned. */
function tooSmall(settings: AivenSettings, { name, maxIngressMegabits }: AivenOffering): string {
  const [what, remedy] = settings["kafka.offering"]
    ? [`kafka.offering ${name}`, "set kafka.offering to a larger one"]
    : [
        `${name}, the largest offering in the cloud ${settings["aiven.cloud"]},`,
        "set aiven.cloud to another cloud",
      ];
  const most = maxIngressMegabits / 8;
  return `cost.megabytesPerSecond is ${settings["cost.megabytesPerSecond"]}, but ${what} takes at most ${most} MB/s: ${remedy}, or cost.megabytesPerSecond to ${most} or less`;
}

function noKafka(settings: AivenSettings, offerings: readonly AivenOffering[]): string {
  const elsewhere = [...new Set(offerings.flatMap(({ clouds }) => clouds))].sort();
  const where =
    elsewhere.length === 0
      ? "ask Aiven's support what the account may create"
      : `Standard Kafka is in the clouds ${elsewhere.join(", ")}: set aiven.cloud to one of them`;
  return `Aiven creates ${settings["kafka.type"] === "standard" ? "no Standard Kafka" : "neither Classic nor Standard Kafka"} for the project ${settings["aiven.project"]} in the cloud ${settings["aiven.cloud"]}; ${where}`;
}

/**
 * Settings that exceed the limits of Standard Kafka.
 * Source: https://aiven.io/docs/products/kafka/reference/advanced-params-standard
 */
function limits(settings: AivenSettings): string[] {
  const problems: string[] = [];
  const version = settings["kafka.version"];
  if (Number.parseInt(version, 10) < 4) {
    problems.push(`kafka.version is ${version}, but Standard Kafka is 4.0 or newer: set it to 4.1`);
  }
  if (settings["kafka.additionalDiskGb"] > 0) {
    problems.push(
      `kafka.additionalDiskGb is ${settings["kafka.additionalDiskGb"]}, but Standard Kafka keeps records in object storage, which grows by itself: set it to 0`,
    );
  }
  for (const [key, most] of [
    ["kafka.replicationFactor", 3],
    ["kafka.minInsyncReplicas", 2],
  ] as const) {
    if (settings[key] > most) {
      problems.push(
        `${key} is ${settings[key]}, but Standard Kafka allows at most ${most}: set it to ${most} or less`,
      );
    }
  }
  return problems;
}
