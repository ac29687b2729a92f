import { ApiError } from "../http/apiError.ts";
import { type Route, route, routeWithBody } from "../http/router.ts";
import { flag, matching, object, oneOf } from "../http/schema.ts";
import type { Settings } from "../options.ts";
import type { Service, State, User } from "../state.ts";
import { ADMIN } from "./connections.ts";
import { serviceView } from "./serviceView.ts";
import { newUser, passwordFor, userOf, userView } from "./users.ts";

interface AccessControl {
  readonly access_control?: { readonly pg_allow_replication?: boolean | null } | null;
}

type NewUser = AccessControl & { readonly username: string };

type ChangedUser = AccessControl & {
  readonly operation: "reset-credentials" | "set-access-control";
  readonly new_password?: string | null;
};

const ACCESS = { access_control: object({ pg_allow_replication: flag }) };
const NEW = object({ ...ACCESS, username: matching(/^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,63}$/) }, "username");
const CHANGED = object(
  {
    ...ACCESS,
    operation: oneOf("reset-credentials", "set-access-control"),
    new_password: matching(/^[\s\S]{8,256}$/),
  },
  "operation",
);

export function userRoutes(settings: Settings, state: State): Route[] {
  const answer = (service: Service) => ({ service: serviceView(settings, state, service) });
  const reset = async (service: Service, user: User, password: string) => {
    await settings.onPasswordChanged?.(service.type, user.username, password);
    user.password = password;
    return answer(service);
  };
  return [
    routeWithBody<NewUser>(NEW)(
      "POST",
      "/v1/project/:project/service/:service/user",
      async ({ service: name }, { username, access_control: access }) => {
        const service = state.running(name);
        if (service.users.has(username)) throw new ApiError(409, `Service user '${username}' already exists`);
        const user = newUser(settings, service.type, username, "regular");
        user.mayReplicate = access?.pg_allow_replication ?? false;
        // Immediately, so that the same request in the meantime is a conflict.
        service.users.set(username, user);
        try {
          await settings.onUserCreated?.(service.type, username, user.password);
        } catch (error) {
          service.users.delete(username);
          throw error;
        }
        return { user: userView(service.type, user) };
      },
    ),
    route("GET", "/v1/project/:project/service/:service/user/:user", ({ service, user }) => ({
      user: userView(state.service(service).type, userOf(state.service(service), user)),
    })),
    routeWithBody<ChangedUser>(CHANGED)(
      "PUT",
      "/v1/project/:project/service/:service/user/:user",
      ({ service: name, user: username }, { operation, new_password: password, access_control: access }) => {
        const service = state.running(name);
        const user = userOf(service, username);
        if (operation === "reset-credentials")
          return reset(service, user, password ?? passwordFor(settings, service.type, username));
        user.mayReplicate = access?.pg_allow_replication ?? user.mayReplicate;
        return answer(service);
      },
    ),
    route(
      "PUT",
      "/v1/project/:project/service/:service/user/:user/credentials/reset",
      ({ service: name, user }) => {
        const service = state.running(name);
        return reset(service, userOf(service, user), passwordFor(settings, service.type, user));
      },
    ),
    route(
      "DELETE",
      "/v1/project/:project/service/:service/user/:user",
      async ({ service: name, user: username }) => {
        const service = state.running(name);
        userOf(service, username);
        if (username === ADMIN) throw new ApiError(403, `Deleting the user '${ADMIN}' is not allowed`);
        await settings.onUserDeleted?.(service.type, username);
        service.users.delete(username);
        return {};
      },
    ),
    route("GET", "/v1/project/:project/service/:service/opensearch/security", ({ service }) => {
      state.builtOf("opensearch", service);
      // The API manages users as long as OpenSearch's own administrator is not switched on.
      return {
        security_plugin_available: true,
        security_plugin_enabled: true,
        security_plugin_admin_enabled: false,
      };
    }),
  ];
}
