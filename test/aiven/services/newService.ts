import { checkCloud, planOf, type ServiceType, serviceType } from "../catalogue.ts";
import { ApiError } from "../http/apiError.ts";
import { checkNewKafka, offeringOf } from "../kafka/standard.ts";
import type { ServiceSeed, Settings } from "../options.ts";
import type { Service, State } from "../state.ts";
import type { NewService } from "./serviceInput.ts";
import { newUserConfig } from "./userConfig.ts";
import { administrator } from "./users.ts";

const NAME = /^[a-z][a-z0-9-]{0,63}$/;

/** Creates a service that exists and is RUNNING without a request for it. */
export function seed(
  settings: Settings,
  state: State,
  { name, type, plan, cloud, userConfig, tags }: ServiceSeed,
) {
  const body = {
    service_name: name,
    service_type: type,
    plan,
    cloud: cloud ?? null,
    user_config: { ...userConfig },
    tags: tags ?? {},
  };
  state.services.set(name, newService(settings, type, body, 0));
}

/** Creates the service that a request asks for. */
export function create(settings: Settings, state: State, body: NewService): Service {
  const type = serviceType(body.service_type);
  if (!NAME.test(body.service_name))
    throw new ApiError(400, "Service name must consist of 1-64 alphanumerical characters");
  if (state.services.has(body.service_name))
    throw new ApiError(409, "Service name is already in use in this project");
  if (type === "flink" && settings.refuseFlink)
    throw new ApiError(403, "Service type flink is not available for new service creation");
  if ((body.service_integrations ?? []).length > 0 || (body.static_ips ?? []).length > 0)
    throw new ApiError(400, "Integrations and static IP addresses of a new service are not modelled here");
  if (type === "kafka")
    checkNewKafka(settings, body.plan, body.cloud ?? DEFAULT_CLOUD, body.user_config ?? {});
  const service = newService(settings, type, body);
  state.services.set(service.name, service);
  return service;
}

function newService(
  settings: Settings,
  type: ServiceType,
  body: NewService,
  builtFrom = Date.now() + settings.rebuildMs,
): Service {
  const plan = offeringOf(type, body.plan) ?? planOf(type, body.plan);
  const now = new Date();
  return {
    name: body.service_name,
    type,
    createdAt: now,
    updatedAt: now,
    cloud: checkCloud(body.cloud ?? DEFAULT_CLOUD),
    planName: body.plan,
    plan,
    diskMb: body.disk_space_mb ?? plan.diskMb,
    builtFrom,
    runningFrom: builtFrom,
    powered: true,
    terminationProtection: body.termination_protection ?? false,
    userConfig: newUserConfig(type, body.user_config ?? {}),
    tags: body.tags ?? {},
    techEmails: body.tech_emails ?? [],
    maintenance: { dow: "sunday", time: "02:00:00", ...body.maintenance },
    projectVpcId: body.project_vpc_id ?? null,
    users: administrator(settings, type),
    topics: new Map(),
    // The entries that default_acl = false of Terraform's provider deletes afterwards.
    acl: type === "kafka" ? [{ id: "default", username: "*", topic: "*", permission: "admin" }] : [],
    schemaRegistryAcl: type === "kafka" ? ["default-sr-admin-config", "default-sr-admin-subject"] : [],
    applications: new Map(),
  };
}

/** The cloud of services that do not name one. */
export const DEFAULT_CLOUD = "google-europe-west1";
