import { ApiError } from "./apiError.ts";
import { type ObjectSchema, violation } from "./schema.ts";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** The names of a path's segments that begin with a colon, as an object of their values. */
type Params<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? { readonly [K in Name | keyof Params<`/${Rest}`>]: string }
  : Path extends `${string}:${infer Name}`
    ? { readonly [K in Name]: string }
    : Record<never, never>;

/** What handles a path and a method. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  handle(params: Record<string, string>, body: unknown): unknown;
}

/** A route without a body. The handler's return value becomes the JSON response. */
export function route<Path extends string>(
  method: Method,
  path: Path,
  handler: (params: Params<Path>) => unknown,
): Route {
  return { method, path, handle: (params) => handler(params as Params<Path>) };
}

/**
 * A route with a JSON body, which is refused with 400 unless it matches the schema.
 *
 * @typeParam Body the values that the schema accepts
 */
export const routeWithBody =
  <Body>(schema: ObjectSchema) =>
  <Path extends string>(
    method: Method,
    path: Path,
    handler: (params: Params<Path>, body: Body) => unknown,
  ): Route => ({
    method,
    path,
    handle(params, body) {
      const wrong = violation(body ?? {}, schema);
      if (wrong !== undefined) throw new ApiError(400, `Invalid input: ${wrong}`);
      return handler(params as Params<Path>, (body ?? {}) as Body);
    },
  });

/** A route that matches a request, with the values of its path. */
export interface Match {
  readonly params: Record<string, string>;
  handle(body: unknown): unknown;
}

/** Finds the route of a request, by method and path. */
export class Router {
  readonly #routes: readonly { readonly route: Route; readonly pattern: RegExp }[];

  constructor(routes: readonly Route[]) {
    this.#routes = routes.map((each) => ({
      route: each,
      pattern: new RegExp(`^${each.path.replace(/:(\w+)/g, "(?<$1>[^/]+)")}$`),
    }));
  }

  find(method: string, path: string): Match | undefined {
    for (const { route, pattern } of this.#routes) {
      const match = route.method === method ? pattern.exec(path) : null;
      if (match === null) continue;
      const params = Object.fromEntries(
        Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
      );
      return { params, handle: (body) => route.handle(params, body) };
    }
    return undefined;
  }
}
