import { randomUUID } from "node:crypto";
import { type Route, route, routeWithBody } from "../http/router.ts";
import { list, object, text } from "../http/schema.ts";
import type { Service, State } from "../state.ts";
import type { Application, Version } from "./application.ts";
import { applicationOf, deploymentsOf, forbidWhile, versionOf } from "./flinkState.ts";
import { checkStatement, readTable, type TableInput } from "./sql.ts";
import { versionView } from "./views.ts";

interface NewVersion {
  readonly statement: string;
  readonly sources?: readonly TableInput[] | null;
  readonly sinks?: readonly TableInput[] | null;
}

const TABLES = list(object({ create_table: text, integration_id: text }, "create_table"));
const NEW = object({ statement: text, sources: TABLES, sinks: TABLES }, "statement");

/** Versions of Flink applications: immutable definitions of what an application does. */
export function flinkVersionRoutes(state: State): Route[] {
  const flink = (name: string) => state.runningOf("flink", name);
  return [
    routeWithBody<NewVersion>(NEW)(
      "POST",
      "/v1/project/:project/service/:service/flink/application/:id/version",
      ({ service, id }, body) => {
        const application = applicationOf(flink(service), id);
        const version = newVersion(state, flink(service), application, body);
        application.versions.set(version.id, version);
        return versionView(version);
      },
    ),
    route(
      "GET",
      "/v1/project/:project/service/:service/flink/application/:id/version/:version",
      ({ service, id, version }) =>
        versionView(versionOf(applicationOf(state.builtOf("flink", service), id), version)),
    ),
    route(
      "DELETE",
      "/v1/project/:project/service/:service/flink/application/:id/version/:version",
      ({ service, id, version: versionId }) => {
        const application = applicationOf(flink(service), id);
        const version = versionOf(application, versionId);
        const deployed = deploymentsOf(application).filter((deployment) => deployment.version === version);
        forbidWhile("Application version", deployed.length, "deployment(s)");
        application.versions.delete(version.id);
        return versionView(version);
      },
    ),
  ];
}

function newVersion(state: State, service: Service, application: Application, body: NewVersion): Version {
  const sources = (body.sources ?? []).map((table) => readTable(state, service, table));
  const sinks = (body.sinks ?? []).map((table) => readTable(state, service, table));
  checkStatement(body.statement, sources, sinks);
  application.versionCount++;
  return {
    id: randomUUID(),
    number: application.versionCount,
    statement: body.statement,
    sources,
    sinks,
    createdAt: new Date(),
  };
}
