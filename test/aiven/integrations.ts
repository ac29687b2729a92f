import { randomUUID } from "node:crypto";
import type { ServiceType } from "./catalogue.ts";
import { ApiError } from "./http/apiError.ts";
import { type Route, route, routeWithBody } from "./http/router.ts";
import { object, text } from "./http/schema.ts";
import type { Settings } from "./options.ts";
import type { Integration, State } from "./state.ts";

interface NewIntegration {
  readonly integration_type: string;
  readonly source_service: string;
  readonly dest_service?: string | null;
  readonly dest_endpoint_id?: string | null;
  readonly source_project?: string | null;
  readonly dest_project?: string | null;
  readonly user_config?: Record<string, unknown> | null;
}

// Flink's integrations have no settings.
const SETTINGS = object({});
const NEW = object(
  {
    integration_type: text,
    source_service: text,
    dest_service: text,
    dest_endpoint_id: text,
    source_project: text,
    dest_project: text,
    user_config: SETTINGS,
  },
  "integration_type",
  "source_service",
);
const CHANGED = object({ user_config: SETTINGS }, "user_config");
/** The type of service that an integration between services points to. */
const DESTINATIONS: Readonly<Record<string, ServiceType>> = {
  flink: "flink",
  logs: "opensearch",
  metrics: "pg",
};
const SOURCES: readonly ServiceType[] = ["kafka", "pg", "opensearch"];

export function integrationRoutes(settings: Settings, state: State): Route[] {
  const answer = (integration: Integration) => ({
    service_integration: integrationView(settings, integration),
  });
  return [
    routeWithBody<NewIntegration>(NEW)("POST", "/v1/project/:project/integration", (_, body) =>
      answer(create(settings, state, body)),
    ),
    route("GET", "/v1/project/:project/service/:service/integration", ({ service }) => ({
      service_integrations: state
        .integrationsOf(state.service(service))
        .map((each) => integrationView(settings, each)),
    })),
    route("GET", "/v1/project/:project/integration/:id", ({ id }) => answer(integrationOf(state, id))),
    routeWithBody<{ user_config: Record<string, unknown> }>(CHANGED)(
      "PUT",
      "/v1/project/:project/integration/:id",
      ({ id }, { user_config: userConfig }) =>
        answer(Object.assign(integrationOf(state, id), { userConfig })),
    ),
    route("DELETE", "/v1/project/:project/integration/:id", ({ id }) => {
      remove(state, integrationOf(state, id));
      return {};
    }),
  ];
}

export function integrationView({ project }: Settings, integration: Integration) {
  const { id, type, source, destination, endpoint, userConfig } = integration;
  return {
    service_integration_id: id,
    integration_type: type,
    source_project: project,
    source_service: source.name,
    source_service_type: source.type,
    dest_project: project,
    ...(destination && { dest_service: destination.name, dest_service_type: destination.type }),
    ...(endpoint && { dest_endpoint_id: endpoint.id, dest_endpoint: endpoint.name }),
    user_config: userConfig,
    active: true,
    enabled: true,
    description: `${type} from ${source.name} to ${(destination ?? endpoint)?.name}`,
    integration_status: {
      state: { errors: [], nodes: {}, status: "active" },
      status_user_desc: "Integration is active",
    },
  };
}

function create(settings: Settings, state: State, body: NewIntegration): Integration {
  const { project } = settings;
  const { integration_type: type } = body;
  for (const other of [body.source_project, body.dest_project])
    if ((other ?? project) !== project) throw new ApiError(404, `Project ${other} does not exist`);
  const source = state.running(body.source_service);
  const { destination, endpoint } = destinationOf(settings, state, body);
  if (type === "flink" && !SOURCES.includes(source.type))
    throw new ApiError(
      400,
      `Source of a flink integration is one of ${SOURCES.join(", ")}, not ${source.type}`,
    );
  const same = (each: Integration) =>
    each.source === source &&
    each.type === type &&
    each.destination === destination &&
    each.endpoint === endpoint;
  if ([...state.integrations.values()].some(same))
    throw new ApiError(
      409,
      `Integration of type ${type} from ${source.name} to ${(destination ?? endpoint)?.name} already exists`,
    );
  const userConfig = body.user_config ?? {};
  const integration = { id: randomUUID(), type, source, destination, endpoint, userConfig };
  state.integrations.set(integration.id, integration);
  return integration;
}

/** The destination of the integration; an endpoint takes integrations of its own type. */
function destinationOf({ endpoints }: Settings, state: State, body: NewIntegration) {
  const { integration_type: type, dest_service: service, dest_endpoint_id: id } = body;
  if (id) {
    const endpoint = endpoints.find((each) => each.id === id);
    if (endpoint === undefined) throw new ApiError(404, `Integration endpoint ${id} does not exist`);
    if (endpoint.type !== type)
      throw new ApiError(400, `Endpoint of type ${endpoint.type} takes no integration of type ${type}`);
    return { destination: undefined, endpoint };
  }
  const taker = DESTINATIONS[type];
  if (taker === undefined)
    throw new ApiError(
      400,
      `Integration type '${type}' is not modelled here; ${Object.keys(DESTINATIONS).join(", ")} are`,
    );
  return { destination: state.runningOf(taker, service ?? ""), endpoint: undefined };
}

function remove(state: State, { id, destination }: Integration): void {
  const versions = [...(destination?.applications.values() ?? [])].flatMap((each) => [
    ...each.versions.values(),
  ]);
  const using = versions.filter(({ sources, sinks }) =>
    [...sources, ...sinks].some(({ integrationId }) => integrationId === id),
  );
  if (using.length > 0)
    throw new ApiError(409, `Integration is used by ${using.length} version(s) of Flink applications`);
  state.integrations.delete(id);
}

function integrationOf(state: State, id: string): Integration {
  const integration = state.integrations.get(id);
  if (integration === undefined) throw new ApiError(404, `Service integration not found: ${id}`);
  return integration;
}
