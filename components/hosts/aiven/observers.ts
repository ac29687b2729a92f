import type { AivenClient } from "../../../clients/aiven/client.ts";
import type { AivenEndpoint, AivenService } from "../../../clients/aiven/model.ts";
import type { HostSettings } from "../host.ts";
import type { definitions } from "./settings.ts";
import type { Observed } from "./settingTypes.ts";

/** Where every service of the stack sends its metrics or its logs. */
export interface Observer {
  readonly kind: Observed;
  /** As Aiven names it. */
  readonly integrationType: string;
  readonly destination:
    | { readonly destinationServiceName: string }
    | { readonly destinationEndpointId: string };
}

interface Finding {
  readonly observers: readonly Observer[];
  readonly problems: readonly string[];
}

/**
 * Receivers of metrics and logs: types of services in the project, and types of endpoints, which lead out of it. An
 * integration with an endpoint has the endpoint's type.
 * Source: https://aiven.io/docs/platform/concepts/service-integration
 */
const TAKERS: Readonly<Record<Observed, { services: readonly string[]; endpoints: readonly string[] }>> = {
  metrics: {
    services: ["thanos", "pg"],
    endpoints: ["datadog", "prometheus", "external_aws_cloudwatch_metrics"],
  },
  logs: {
    services: ["opensearch"],
    endpoints: [
      "rsyslog",
      "external_elasticsearch_logs",
      "external_opensearch_logs",
      "external_aws_cloudwatch_logs",
      "external_google_cloud_logging",
      "external_sumologic_logs",
    ],
  },
};

/**
 * Finds the services and endpoints of the setting aiven.integrations.
 *
 * @returns also a sentence for each one that does not exist, or receives something else
 */
export async function observersOf(
  settings: HostSettings<typeof definitions>,
  client: AivenClient,
): Promise<Finding> {
  const wanted = Object.entries(settings["aiven.integrations"]) as [Observed, string][];
  if (wanted.length === 0) return { observers: [], problems: [] };
  const project = settings["aiven.project"];
  const [services, endpoints] = await Promise.all([client.services(project), client.endpoints(project)]);
  const found = wanted.map(([kind, name]) => observer(project, kind, name, services, endpoints));
  return {
    observers: found.filter((each) => typeof each !== "string"),
    problems: found.filter((each) => typeof each === "string"),
  };
}

function observer(
  project: string,
  kind: Observed,
  name: string,
  services: readonly AivenService[],
  endpoints: readonly AivenEndpoint[],
): Observer | string {
  const takers = TAKERS[kind];
  const service = services.find((each) => each.name === name);
  const endpoint = endpoints.find((each) => each.id === name);
  if (service && takers.services.includes(service.type)) {
    return { kind, integrationType: kind, destination: { destinationServiceName: name } };
  }
  if (endpoint && takers.endpoints.includes(endpoint.type)) {
    const destination = { destinationEndpointId: `${project}/${endpoint.id}` };
    return { kind, integrationType: endpoint.type, destination };
  }
  const type = service?.type ?? endpoint?.type;
  const what =
    type === undefined ? "does not exist" : `is of the type ${type}, which does not receive ${kind}`;
  const choice = [
    ...services.filter((each) => takers.services.includes(each.type)).map((each) => each.name),
    ...endpoints
      .filter((each) => takers.endpoints.includes(each.type))
      .map((each) => `${each.id} (${each.name})`),
  ];
  const receivers =
    choice.length > 0
      ? `receivers in the project ${project} are ${choice.join(", ")}`
      : `the project ${project} has no receiver yet; create a service (${takers.services.join(", ")}) or an endpoint (${takers.endpoints.join(", ")}) in Aiven's console`;
  return `aiven.integrations has ${kind}: ${name}, which ${what}; ${receivers}`;
}
