import { randomUUID } from "node:crypto";
import { ApiError } from "../http/apiError.ts";
import { type Route, route, routeWithBody } from "../http/router.ts";
import { matching, object } from "../http/schema.ts";
import type { State } from "../state.ts";
import type { Application } from "./application.ts";
import { applicationOf, deploymentsOf, forbidWhile } from "./flinkState.ts";
import { applicationSummary, applicationView } from "./views.ts";

// Without the API's application_version, which creates a first version together with its application.
const NAMED = object({ name: matching(/^[\s\S]{1,128}$/) }, "name");

/** Applications of Flink services. */
export function flinkApplicationRoutes(state: State): Route[] {
  const flink = (name: string) => state.runningOf("flink", name);
  const reading = (name: string) => state.builtOf("flink", name);
  const withName = routeWithBody<{ name: string }>(NAMED);
  return [
    route("GET", "/v1/project/:project/service/:service/flink/application", ({ service }) => ({
      applications: [...reading(service).applications.values()].map(applicationSummary),
    })),
    withName("POST", "/v1/project/:project/service/:service/flink/application", ({ service }, { name }) => {
      const { applications } = flink(service);
      checkName(applications.values(), name);
      const application = newApplication(name);
      applications.set(application.id, application);
      return applicationView(application);
    }),
    route("GET", "/v1/project/:project/service/:service/flink/application/:id", ({ service, id }) =>
      applicationView(applicationOf(reading(service), id)),
    ),
    withName(
      "PUT",
      "/v1/project/:project/service/:service/flink/application/:id",
      ({ service, id }, { name }) => {
        const application = applicationOf(flink(service), id);
        if (name !== application.name) checkName(flink(service).applications.values(), name);
        return applicationView(Object.assign(application, { name, updatedAt: new Date() }));
      },
    ),
    route("DELETE", "/v1/project/:project/service/:service/flink/application/:id", ({ service, id }) => {
      const application = applicationOf(flink(service), id);
      forbidWhile("Application", deploymentsOf(application).length, "deployment(s)");
      forbidWhile("Application", application.versions.size, "version(s)");
      flink(service).applications.delete(id);
      return applicationView(application);
    }),
  ];
}

function checkName(applications: Iterable<Application>, name: string): void {
  for (const application of applications)
    if (application.name === name) throw new ApiError(409, `Application '${name}' already exists`);
}

function newApplication(name: string): Application {
  const now = new Date();
  return {
    id: randomUUID(),
    name,
    createdAt: now,
    updatedAt: now,
    versions: new Map(),
    deployments: new Map(),
    savepoints: new Set(),
    versionCount: 0,
  };
}
