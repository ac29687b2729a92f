import { checkCloud, planOf } from "../catalogue.ts";
import { deploymentsOf } from "../flink/flinkState.ts";
import { ApiError } from "../http/apiError.ts";
import { type Route, route, routeWithBody } from "../http/router.ts";
import { checkChangedKafka, offeringOf } from "../kafka/standard.ts";
import type { Settings } from "../options.ts";
import type { Service, State } from "../state.ts";
import { create } from "./newService.ts";
import { CHANGED, type ChangedService, NEW, type NewService } from "./serviceInput.ts";
import { serviceView } from "./serviceView.ts";
import { changedUserConfig } from "./userConfig.ts";

const PROTECTED =
  "Service is protected against termination and shutdown. Remove termination protection first.";

export function serviceRoutes(settings: Settings, state: State): Route[] {
  const answer = (service: Service) => ({ service: serviceView(settings, state, service) });
  return [
    route("GET", "/v1/project/:project/service", () => ({
      services: [...state.services.values()].map((each) => serviceView(settings, state, each)),
    })),
    routeWithBody<NewService>(NEW)("POST", "/v1/project/:project/service", (_, body) =>
      answer(create(settings, state, body)),
    ),
    route("GET", "/v1/project/:project/service/:service", ({ service }) => answer(state.service(service))),
    routeWithBody<ChangedService>(CHANGED)(
      "PUT",
      "/v1/project/:project/service/:service",
      ({ service }, body) => answer(change(settings, state.service(service), body)),
    ),
    route("DELETE", "/v1/project/:project/service/:service", ({ service }) =>
      remove(state, state.service(service)),
    ),
  ];
}

function change(settings: Settings, service: Service, body: ChangedService): Service {
  const planName = body.plan ?? service.planName;
  const plan = offeringOf(service.type, planName) ?? planOf(service.type, planName);
  const cloud = checkCloud(body.cloud ?? service.cloud);
  const userConfig = changedUserConfig(service.type, service.userConfig, body.user_config ?? {});
  if (service.type === "kafka") checkChangedKafka(service.userConfig, userConfig);
  const terminationProtection = body.termination_protection ?? service.terminationProtection;
  const powered = body.powered ?? service.powered;
  if (!powered && terminationProtection) throw new ApiError(403, PROTECTED);
  // https://aiven.io/docs/platform/concepts/service-power-cycle
  if (!powered && service.powered) service.topics.clear();
  const moved = planName !== service.planName || cloud !== service.cloud || (powered && !service.powered);
  const runningFrom = moved ? Date.now() + settings.rebuildMs : service.runningFrom;
  const diskMb = body.disk_space_mb ?? (moved ? plan.diskMb : service.diskMb);
  const techEmails = body.tech_emails ?? service.techEmails;
  const maintenance = { ...service.maintenance, ...body.maintenance };
  const projectVpcId = body.project_vpc_id === undefined ? service.projectVpcId : body.project_vpc_id;
  return Object.assign(service, {
    ...{ planName, plan, cloud, userConfig, terminationProtection, powered, runningFrom, diskMb },
    ...{ techEmails, maintenance, projectVpcId, updatedAt: new Date() },
  });
}

function remove(state: State, service: Service) {
  if (service.terminationProtection) throw new ApiError(403, PROTECTED);
  const deployments = [...service.applications.values()].flatMap(deploymentsOf);
  const left = deployments.filter(({ status }) => status !== "CANCELED");
  if (left.length > 0)
    throw new ApiError(409, `Service has ${left.length} deployment(s) that are not CANCELED`);
  for (const { id } of state.integrationsOf(service)) state.integrations.delete(id);
  state.services.delete(service.name);
  return {};
}
