import { randomBytes, randomUUID } from "node:crypto";
import { ApiError } from "../http/apiError.ts";
import { type Route, route, routeWithBody } from "../http/router.ts";
import { flag, integer, matching, object, text } from "../http/schema.ts";
import type { Settings } from "../options.ts";
import type { Service, State } from "../state.ts";
import type { Application, Deployment, DeploymentStatus, Step } from "./application.ts";
import {
  activeDeploymentsOf,
  applicationOf,
  deploymentOf,
  deploymentsOf,
  isOver,
  versionOf,
} from "./flinkState.ts";
import { deploymentView } from "./views.ts";

interface NewDeployment {
  readonly version_id: string;
  readonly parallelism?: number | null;
  readonly restart_enabled?: boolean | null;
  readonly starting_savepoint?: string | null;
}

const NEW = object(
  {
    version_id: text,
    parallelism: integer(1, 128),
    restart_enabled: flag,
    starting_savepoint: matching(/^.{1,2048}$/),
  },
  "version_id",
);
const NO_SLOTS =
  "org.apache.flink.runtime.jobmanager.scheduler.NoResourceAvailableException: " +
  "Could not acquire the minimum required resources.";

/** Deployments: running instances of a Flink application's version. */
export function flinkDeploymentRoutes(settings: Settings, state: State): Route[] {
  const flink = (name: string) => state.runningOf("flink", name);
  const reading = (service: string, id: string) => applicationOf(state.builtOf("flink", service), id);
  const become = (deployment: Deployment, [first, ...later]: readonly [DeploymentStatus, ...StepEnd[]]) => {
    deployment.status = first;
    deployment.steps = schedule(settings, later);
    return deploymentView(deployment);
  };
  return [
    route(
      "GET",
      "/v1/project/:project/service/:service/flink/application/:id/deployment",
      ({ service, id }) => ({
        deployments: deploymentsOf(reading(service, id)).map(deploymentView),
      }),
    ),
    routeWithBody<NewDeployment>(NEW)(
      "POST",
      "/v1/project/:project/service/:service/flink/application/:id/deployment",
      ({ service: name, id }, body) => {
        const service = flink(name);
        const application = applicationOf(service, id);
        const deployment = newDeployment(settings, service, application, body);
        application.deployments.set(deployment.id, deployment);
        return deploymentView(deployment);
      },
    ),
    route(
      "GET",
      "/v1/project/:project/service/:service/flink/application/:id/deployment/:deployment",
      ({ service, id, deployment }) => deploymentView(deploymentOf(reading(service, id), deployment)),
    ),
    route(
      "POST",
      "/v1/project/:project/service/:service/flink/application/:id/deployment/:deployment/cancel",
      ({ service, id, deployment: deploymentId }) => {
        const deployment = deploymentOf(applicationOf(flink(service), id), deploymentId);
        demand(deployment, "cancelled", "CREATED", "RUNNING");
        return become(deployment, ["CANCELLING_REQUESTED", { status: "CANCELLING" }, { status: "CANCELED" }]);
      },
    ),
    route(
      "POST",
      "/v1/project/:project/service/:service/flink/application/:id/deployment/:deployment/stop",
      ({ service, id, deployment: deploymentId }) => {
        const deployment = deploymentOf(applicationOf(flink(service), id), deploymentId);
        demand(deployment, "stopped", "RUNNING");
        const savepoint = `s3://savepoints/${deployment.jobId}/savepoint-${randomBytes(6).toString("hex")}`;
        const saved = { status: "FINISHED", savepoint } as const;
        return become(deployment, ["SAVING_AND_STOP_REQUESTED", { status: "SAVING_AND_STOP" }, saved]);
      },
    ),
    route(
      "DELETE",
      "/v1/project/:project/service/:service/flink/application/:id/deployment/:deployment",
      ({ service, id, deployment: deploymentId }) => {
        const deployment = deploymentOf(applicationOf(flink(service), id), deploymentId);
        demand(deployment, "deleted", "CANCELED", "FINISHED", "FAILED");
        return become(deployment, ["DELETE_REQUESTED", { status: "DELETING" }, { status: "GONE" }]);
      },
    ),
  ];
}

type StepEnd = Omit<Step, "at">;

/** One step after another. */
function schedule({ deploymentMs }: Settings, steps: readonly StepEnd[]): Step[] {
  return steps.map((step, position) => ({ ...step, at: Date.now() + (position + 1) * deploymentMs }));
}

/** @throws ApiError 409 unless the deployment has one of the statuses that allow changes */
function demand({ status }: Deployment, done: string, ...allowed: DeploymentStatus[]): void {
  if (!allowed.includes(status)) throw new ApiError(409, `Deployment in status ${status} cannot be ${done}`);
}

function newDeployment(
  settings: Settings,
  service: Service,
  application: Application,
  body: NewDeployment,
): Deployment {
  const version = versionOf(application, body.version_id);
  if (deploymentsOf(application).some((deployment) => !isOver(deployment)))
    throw new ApiError(409, `Application '${application.name}' already has an active deployment`);
  const startingSavepoint = body.starting_savepoint ?? undefined;
  if (startingSavepoint !== undefined && !application.savepoints.has(startingSavepoint))
    throw new ApiError(400, `Savepoint not found: ${startingSavepoint}`);
  const parallelism = body.parallelism ?? 1;
  const slots = service.plan.nodes * Number(service.userConfig.number_of_task_slots);
  const taken = activeDeploymentsOf(service).reduce((sum, deployment) => sum + deployment.parallelism, 0);
  const end: StepEnd =
    taken + parallelism > slots ? { status: "FAILED", error: NO_SLOTS } : { status: "RUNNING" };
  return {
    id: randomUUID(),
    version,
    parallelism,
    restartEnabled: body.restart_enabled ?? true,
    startingSavepoint,
    jobId: randomBytes(16).toString("hex"),
    createdAt: new Date(),
    status: "INITIALIZING",
    steps: schedule(settings, [{ status: "CREATED" }, end]),
    error: undefined,
    lastSavepoint: undefined,
  };
}
