import { callHttp, excerpt, type HttpAnswer, type HttpRequest, NoAnswer } from "../../lib/http.ts";
import { ServiceUnreachable, UserError } from "../../lib/userError.ts";

/** One of Flink's two REST APIs. */
export interface RestApi {
  /** Its name in messages, such as "the JobManager". */
  readonly name: string;
  /** Without a trailing slash. */
  readonly url: string;
  readonly timeoutMs: number;
}

/** Flink's answer: the requested data, or the errors. */
export type Answer<T> =
  | { readonly ok: true; readonly body: T }
  | { readonly ok: false; readonly status: number; readonly errors: readonly string[] };

/** Flink does not answer. */
export class FlinkUnreachable extends ServiceUnreachable {}

/** What answers at the address is not Flink. */
export class NotFlink extends UserError {
  /** @param isProxy whether it is a proxy that cannot reach Flink at the moment */
  constructor(
    message: string,
    readonly isProxy = false,
  ) {
    super(message);
  }
}

/** Whether it stays unknown what Flink has done with a request. */
export const isAway = (error: unknown): boolean =>
  error instanceof FlinkUnreachable || error instanceof NotFlink;

/**
 * Calls one of Flink's REST APIs. An answer from anything else (an ingress, a login page, another server) is an error,
 * never an empty answer. A question that Flink fails to answer is asked once more.
 *
 * @param fields fields that Flink's answer always has
 * @throws FlinkUnreachable if there is no answer, or it is cut off
 * @throws NotFlink if the answer is not Flink's
 */
export async function ask<T extends object>(
  api: RestApi,
  method: NonNullable<HttpRequest["method"]>,
  path: string,
  fields: readonly (keyof T & string)[],
  body?: object,
): Promise<Answer<T>> {
  const first = await send(api, method, path, body);
  // Flink fails to compute a job's checkpoint statistics for two requests at the same moment: one of them gets this.
  const isRepeated = method === "GET" && first.status === 500;
  const answer = isRepeated ? await send(api, method, path, body) : first;
  const { isOk: ok, status } = answer;
  const json = typeof answer.json === "object" && answer.json !== null ? answer.json : undefined;
  if (ok && json !== undefined && fields.every((field) => field in json)) {
    return { ok, body: json as T };
  }
  const errors = json && "errors" in json ? json.errors : undefined;
  if (!ok && Array.isArray(errors)) return { ok, status, errors: errors.map(String) };
  throw new NotFlink(notFlinksWords(api, answer), isProxys(answer));
}

const isProxys = ({ status }: HttpAnswer) => status === 502 || status === 503 || status === 504;

async function send(
  { name, url, timeoutMs }: RestApi,
  method: NonNullable<HttpRequest["method"]>,
  path: string,
  body: object | undefined,
): Promise<HttpAnswer> {
  try {
    return await callHttp(`${url}${path}`, { method, body, deadline: timeoutMs });
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    throw new FlinkUnreachable(`${name} at ${url} does not answer: ${error.reason}`, { cause: error });
  }
}

function notFlinksWords({ name, url }: RestApi, answer: HttpAnswer): string {
  const { status, text } = answer;
  const said = excerpt(text);
  const remedy = isProxys(answer)
    ? "the proxy in front of it cannot reach it: check that Flink runs, and try again"
    : "check that the address is that of Flink's REST API, and that no proxy or login is in front of it";
  const words = said === "" ? "nothing" : `"${said}"`;
  return `${name} at ${url} does not answer like Flink: HTTP status ${status} and ${words}; ${remedy}`;
}
