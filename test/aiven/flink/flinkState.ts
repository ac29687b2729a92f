import { ApiError } from "../http/apiError.ts";
import type { Service } from "../state.ts";
import type { Application, Deployment, DeploymentStatus, Version } from "./application.ts";

const OVER: readonly DeploymentStatus[] = ["CANCELED", "FINISHED", "FAILED", "DELETE_REQUESTED", "DELETING"];

/** Whether it has ended and no longer holds task slots. */
export const isOver = ({ status }: Deployment) => OVER.includes(status);

/** The current deployments of an application. */
export function deploymentsOf(application: Application): Deployment[] {
  for (const deployment of application.deployments.values()) settle(application, deployment);
  return [...application.deployments.values()];
}

/** The deployments that hold task slots. */
export const activeDeploymentsOf = (service: Service) =>
  [...service.applications.values()].flatMap(deploymentsOf).filter((deployment) => !isOver(deployment));

/** @throws ApiError 404 */
export function applicationOf(service: Service, id: string): Application {
  return service.applications.get(id) ?? notFound("Application", id);
}

/** @throws ApiError 404 */
export function versionOf(application: Application, id: string): Version {
  return application.versions.get(id) ?? notFound("Application version", id);
}

/** @throws ApiError 404, also after it was deleted */
export function deploymentOf(application: Application, id: string): Deployment {
  return deploymentsOf(application).find((deployment) => deployment.id === id) ?? notFound("Deployment", id);
}

/** @throws ApiError 417, which makes Aiven's clients retry a deletion */
export function forbidWhile(what: string, count: number, dependents: string): void {
  if (count > 0) throw new ApiError(417, `${what} deletion forbidden because it has ${count} ${dependents}.`);
}

function settle(application: Application, deployment: Deployment): void {
  const now = Date.now();
  for (const { status, error, savepoint } of deployment.steps.filter(({ at }) => at <= now)) {
    if (status === "GONE") application.deployments.delete(deployment.id);
    else deployment.status = status;
    if (error !== undefined) deployment.error = error;
    if (savepoint === undefined) continue;
    deployment.lastSavepoint = savepoint;
    application.savepoints.add(savepoint);
  }
  deployment.steps = deployment.steps.filter(({ at }) => at > now);
}

function notFound(what: string, id: string): never {
  throw new ApiError(404, `${what} not found: ${id}`);
}
