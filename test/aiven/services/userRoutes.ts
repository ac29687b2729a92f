import { ApiError } from "../http/apiError.ts";
import { type Route, route, routeWithBody } from "../http/router.ts";
import { matching, object, oneOf, text } from "../http/schema.ts";
import type { Settings } from "../options.ts";
import type { Service, State, User } from "../state.ts";
import { ADMIN } from "./connections.ts";
import { serviceView } from "./serviceView.ts";
import { newUser, passwordFor, userOf, userView } from "./users.ts";

const NEW = object({ username: matching(/^[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,63}$/) }, "username");
const CHANGED = object({ operation: oneOf("reset-credentials"), new_password: text }, "operation");

export function userRoutes(settings: Settings, state: State): Route[] {
  const answer = (service: Service) => ({ service: serviceView(settings, state, service) });
  const reset = async (service: Service, user: User, password: string) => {
    user.password = password;
    await settings.onPasswordChanged?.(service.type, user.username, password);
    return answer(service);
  };
  return [
    routeWithBody<{ username: string }>(NEW)(
      "POST",
      "/v1/project/:project/service/:service/user",
      async ({ service: name }, { username }) => {
        const service = state.running(name);
        if (service.users.has(username)) throw new ApiError(409, `Service user '${username}' already exists`);
        const user = newUser(settings, service.type, username, "regular");
        // At once, so that the same request meanwhile is a conflict.
        service.users.set(username, user);
        try {
          await settings.onUserCreated?.(service.type, username, user.password);
        } catch (error) {
          service.users.delete(username);
          throw error;
        }
        return { user: userView(user) };
      },
    ),
    route("GET", "/v1/project/:project/service/:service/user/:user", ({ service, user }) => ({
      user: userView(userOf(state.service(service), user)),
    })),
    routeWithBody<{ new_password?: string | null }>(CHANGED)(
      "PUT",
      "/v1/project/:project/service/:service/user/:user",
      ({ service: name, user }, { new_password: password }) => {
        const service = state.running(name);
        if (password?.length !== undefined && (password.length < 8 || password.length > 256))
          throw new ApiError(400, "Password must have from 8 to 256 characters");
        return reset(service, userOf(service, user), password ?? passwordFor(settings, service.type, user));
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
      // Users are the API's as long as OpenSearch's own administrator is not switched on.
      return {
        security_plugin_available: true,
        security_plugin_enabled: true,
        security_plugin_admin_enabled: false,
      };
    }),
  ];
}
