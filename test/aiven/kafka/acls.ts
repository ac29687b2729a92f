import { randomBytes } from "node:crypto";
import { ApiError } from "../http/apiError.ts";
import { type Route, route, routeWithBody } from "../http/router.ts";
import { matching, object, oneOf } from "../http/schema.ts";
import type { Acl, State } from "../state.ts";

const NEW = object(
  {
    username: matching(/^[-._*?A-Za-z0-9]{1,64}$/),
    topic: matching(/^.{1,249}$/),
    permission: oneOf("admin", "read", "readwrite", "write"),
  },
  "username",
  "topic",
  "permission",
);

/** Who may do what with which topics. Entries add up; whatever no entry allows is denied. */
export function aclRoutes(state: State): Route[] {
  return [
    route("GET", "/v1/project/:project/service/:service/acl", ({ service }) => ({
      acl: state.builtOf("kafka", service).acl,
    })),
    routeWithBody<Omit<Acl, "id">>(NEW)(
      "POST",
      "/v1/project/:project/service/:service/acl",
      ({ service: name }, { username, topic, permission }) => {
        const service = state.runningOf("kafka", name);
        const same = (acl: Acl) =>
          acl.username === username && acl.topic === topic && acl.permission === permission;
        if (service.acl.some(same)) throw new ApiError(409, "Identical ACL entry already exists");
        const id = `acl${randomBytes(6).toString("hex")}`;
        service.acl = [...service.acl, { id, username, topic, permission }];
        return { acl: service.acl, message: "added" };
      },
    ),
    route("DELETE", "/v1/project/:project/service/:service/acl/:id", ({ service: name, id }) => {
      const service = state.runningOf("kafka", name);
      if (service.acl.every((acl) => acl.id !== id)) throw new ApiError(404, "ACL does not exist");
      service.acl = service.acl.filter((acl) => acl.id !== id);
      return { acl: service.acl, message: "deleted" };
    }),
    route(
      "DELETE",
      "/v1/project/:project/service/:service/kafka/schema-registry/acl/:id",
      ({ service: name, id }) => {
        const service = state.runningOf("kafka", name);
        if (!service.schemaRegistryAcl.includes(id)) throw new ApiError(404, "ACL does not exist");
        service.schemaRegistryAcl = service.schemaRegistryAcl.filter((entry) => entry !== id);
        return { acl: [], message: "deleted" };
      },
    ),
  ];
}
