import { ApiError } from "../http/apiError.ts";
import type { Service } from "../state.ts";

/** A table of an application's version. */
export interface Table {
  readonly id: string;
  readonly name: string;
  readonly createTable: string;
  readonly integrationId: string | undefined;
  readonly options: Readonly<Record<string, string>>;
}

export interface Version {
  readonly id: string;
  readonly number: number;
  readonly statement: string;
  readonly sources: readonly Table[];
  readonly sinks: readonly Table[];
  readonly createdAt: Date;
}

export type DeploymentStatus =
  | "INITIALIZING"
  | "CREATED"
  | "RUNNING"
  | "CANCELLING_REQUESTED"
  | "CANCELLING"
  | "CANCELED"
  | "SAVING_AND_STOP_REQUESTED"
  | "SAVING_AND_STOP"
  | "FINISHED"
  | "FAILED"
  | "DELETE_REQUESTED"
  | "DELETING";

/** What a deployment becomes next, in epoch ms. */
export interface Step {
  readonly at: number;
  readonly status: DeploymentStatus | "GONE";
  readonly error?: string;
  readonly savepoint?: string;
}

export interface Deployment {
  readonly id: string;
  readonly version: Version;
  readonly parallelism: number;
  readonly restartEnabled: boolean;
  readonly startingSavepoint: string | undefined;
  readonly jobId: string;
  readonly createdAt: Date;
  status: DeploymentStatus;
  steps: readonly Step[];
  error: string | undefined;
  lastSavepoint: string | undefined;
}

export interface Application {
  readonly id: string;
  name: string;
  readonly createdAt: Date;
  updatedAt: Date;
  readonly versions: Map<string, Version>;
  readonly deployments: Map<string, Deployment>;
  /** Every savepoint that a deployment has left. */
  readonly savepoints: Set<string>;
  /** How many versions there have been; numbers are not used again. */
  versionCount: number;
}

const OVER: readonly DeploymentStatus[] = ["CANCELED", "FINISHED", "FAILED", "DELETE_REQUESTED", "DELETING"];

/** Whether it has ended and holds no task slots any more. */
export const isOver = ({ status }: Deployment) => OVER.includes(status);

/** The deployments of an application as they are by now. */
export function deploymentsOf(application: Application): Deployment[] {
  for (const deployment of application.deployments.values()) settle(application, deployment);
  return [...application.deployments.values()];
}

/** Those that hold task slots. */
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

/** @throws ApiError 404, also once it is deleted */
export function deploymentOf(application: Application, id: string): Deployment {
  return deploymentsOf(application).find((deployment) => deployment.id === id) ?? notFound("Deployment", id);
}

/** @throws ApiError 417, after which Aiven's clients try a deletion again */
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
