import { MAKER } from "../options.ts";
import type { Application, Deployment, Table, Version } from "./application.ts";
import { deploymentsOf, isOver } from "./flinkState.ts";

/** An application as it appears in lists. */
export function applicationSummary({ id, name, createdAt, updatedAt }: Application) {
  return { id, name, ...made(createdAt), updated_at: updatedAt.toISOString(), updated_by: MAKER };
}

/** An application with its versions and running deployments. */
export function applicationView(application: Application) {
  const current = deploymentsOf(application).find((deployment) => !isOver(deployment));
  return {
    ...applicationSummary(application),
    application_versions: [...application.versions.values()].map(versionView),
    ...(current === undefined ? {} : { current_deployment: deploymentView(current) }),
  };
}

export function versionView({ id, number, statement, sources, sinks, createdAt }: Version) {
  return {
    id,
    version: number,
    statement,
    sources: sources.map(tableView),
    sinks: sinks.map(tableView),
    ...made(createdAt),
  };
}

export function deploymentView(deployment: Deployment) {
  return {
    id: deployment.id,
    version_id: deployment.version.id,
    parallelism: deployment.parallelism,
    restart_enabled: deployment.restartEnabled,
    starting_savepoint: deployment.startingSavepoint,
    status: deployment.status,
    job_id: deployment.jobId,
    last_savepoint: deployment.lastSavepoint,
    error_msg: deployment.error,
    ...made(deployment.createdAt),
  };
}

function tableView({ id, name, createTable, integrationId, options }: Table) {
  return {
    table_id: id,
    table_name: name,
    create_table: createTable,
    integration_id: integrationId,
    columns: [],
    options,
  };
}

const made = (at: Date) => ({ created_at: at.toISOString(), created_by: MAKER });
