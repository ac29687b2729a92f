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
  readonly dest_service: string;
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
    source_project: text,
    dest_project: text,
    user_config: SETTINGS,
  },
  "integration_type",
  "source_service",
  "dest_service",
);
const CHANGED = object({ user_config: SETTINGS }, "user_config");
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
  const { id, type, source, destination, userConfig } = integration;
  return {
    service_integration_id: id,
    integration_type: type,
    source_project: project,
    source_service: source.name,
    source_service_type: source.type,
    dest_project: project,
    dest_service: destination.name,
    dest_service_type: destination.type,
    user_config: userConfig,
    active: true,
    enabled: true,
    description: `${type} from ${source.name} to ${destination.name}`,
    integration_status: {
      state: { errors: [], nodes: {}, status: "active" },
      status_user_desc: "Integration is active",
    },
  };
}

function create({ project }: Settings, state: State, body: NewIntegration): Integration {
  const { integration_type: type } = body;
  if (type !== "flink") throw new ApiError(400, `Integration type '${type}' is not modelled here; flink is`);
  for (const other of [body.source_project, body.dest_project])
    if ((other ?? project) !== project) throw new ApiError(404, `Project ${other} does not exist`);
  const source = state.running(body.source_service);
  const destination = state.runningOf("flink", body.dest_service);
  if (!SOURCES.includes(source.type))
    throw new ApiError(
      400,
      `Source of a flink integration is one of ${SOURCES.join(", ")}, not ${source.type}`,
    );
  const same = (each: Integration) => each.source === source && each.destination === destination;
  if ([...state.integrations.values()].some(same))
    throw new ApiError(
      409,
      `Integration of type flink from ${source.name} to ${destination.name} already exists`,
    );
  const integration = { id: randomUUID(), type, source, destination, userConfig: body.user_config ?? {} };
  state.integrations.set(integration.id, integration);
  return integration;
}

function remove(state: State, { id, destination }: Integration): void {
  const versions = [...destination.applications.values()].flatMap((each) => [...each.versions.values()]);
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
